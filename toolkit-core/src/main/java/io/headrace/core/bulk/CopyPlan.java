package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.dialect.Dialect;
import io.headrace.core.error.BulkException;
import io.headrace.core.mapping.RecordShape;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.mapping.RowMappers;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How records of one type become rows of one table: the columns, checked, and an encoder for each. */
final class CopyPlan<T extends Record> {

    /** The columns of a table with their types; a domain stands for the type it is made of. */
    private static final String COLUMNS =
            """
            SELECT a.attname AS name, coalesce(nullif(t.typbasetype, 0), t.oid)::int8 AS type_oid,
                   format_type(a.atttypid, a.atttypmod) AS type_name, t.typtype = 'e' AS is_enum
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            """;

    private record TableColumn(String name, long typeOid, String typeName, boolean isEnum) {}

    private static final RowMapper<TableColumn> COLUMN_MAPPER = RowMappers.forType(TableColumn.class);

    private record Field(RecordShape.Component component, TableColumn column, ColumnEncoder encoder) {}

    private final String table;
    private final List<Field> fields;
    private final String copyStatement;

    private CopyPlan(String table, List<Field> fields, Dialect dialect) {
        this.table = table;
        this.fields = fields;
        this.copyStatement = fields.stream()
                .map(field -> dialect.quote(field.column().name()))
                .collect(Collectors.joining(
                        ", ", "COPY " + quoted(table, dialect) + " (", ") FROM STDIN (FORMAT binary)"));
    }

    /** Looks the table up and checks the record against it. */
    static <T extends Record> Mono<CopyPlan<T>> load(Session session, String table, Class<T> type) {
        Dialect dialect = session.dialect();
        return session.<TableColumn>run(connection -> Flux.from(connection
                                .createStatement(COLUMNS)
                                .bind(0, quoted(table, dialect))
                                .execute())
                        .concatMap(result -> result.map(COLUMN_MAPPER::map)))
                .collectMap(TableColumn::name)
                .map(columns -> new CopyPlan<>(table, fields(table, RecordShape.of(type), columns), dialect));
    }

    String copyStatement() {
        return copyStatement;
    }

    /** Appends one row; where it cannot be encoded, nothing of it is left in the buffer. */
    void encode(T row, ByteBuf out) {
        int start = out.writerIndex();
        out.writeShort(fields.size());
        for (Field field : fields) {
            Object value = field.component().valueOf(row);
            try {
                if (value == null) {
                    out.writeInt(-1);
                } else {
                    field.encoder().encode(value, out);
                }
            } catch (ArithmeticException | IllegalArgumentException error) {
                out.writerIndex(start);
                throw new BulkException(
                        "the value of component " + field.component().name() + " does not fit column '"
                                + table + "." + field.column().name() + "' of type "
                                + field.column().typeName(),
                        error);
            }
        }
    }

    private static List<Field> fields(String table, RecordShape<?> shape, Map<String, TableColumn> columns) {
        if (columns.isEmpty()) {
            throw new BulkException(
                    "there is no table '" + table + "' on the search path; create it or name its schema");
        }
        List<Field> fields = new ArrayList<>();
        for (RecordShape.Component component : shape.components()) {
            TableColumn column = columns.get(component.column());
            if (column == null) {
                throw new BulkException("table '" + table + "' has no column '" + component.column()
                        + "' for component " + shape.type().getSimpleName() + "." + component.name() + "; it has "
                        + columns.keySet().stream().sorted().toList());
            }
            ColumnEncoder encoder = column.isEnum() ? ColumnEncoders.text() : ColumnEncoders.of(column.typeOid());
            if (encoder == null || !encoder.accepts(component.type())) {
                throw new BulkException(
                        "component " + shape.type().getSimpleName() + "." + component.name() + " of type "
                                + component.type().getSimpleName() + " cannot be written to column '" + table + "."
                                + column.name() + "' of type " + column.typeName());
            }
            fields.add(new Field(component, column, encoder));
        }
        return fields;
    }

    private static String quoted(String table, Dialect dialect) {
        return Arrays.stream(table.split("\\.", 2)).map(dialect::quote).collect(Collectors.joining("."));
    }
}
