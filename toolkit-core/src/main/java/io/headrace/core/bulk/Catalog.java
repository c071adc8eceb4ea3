package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.error.BulkException;
import io.headrace.core.mapping.RowMapper;
import io.headrace.core.mapping.RowMappers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks PostgreSQL's catalog for the columns of a table. */
final class Catalog {

    /**
     * One row per step from a column's type down to what it is made of: a domain to its base type, an array to its
     * elements. The fixed-size vectors, which look like arrays but are sent otherwise, are not followed.
     */
    private static final String COLUMNS =
            """
            WITH RECURSIVE step AS (
              SELECT a.attnum, 0 AS depth, a.atttypid AS oid
              FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
              UNION ALL
              SELECT s.attnum, s.depth + 1, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END
              FROM step s JOIN pg_catalog.pg_type t ON t.oid = s.oid
              LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
              WHERE t.typtype = 'd' OR e.oid IS NOT NULL)
            SELECT a.attname AS column_name, format_type(a.atttypid, a.atttypmod) AS column_type,
                   s.oid::int8 AS type_oid, t.typname AS type_name, format_type(s.oid, -1) AS sql_name,
                   t.typtype = 'd' AS is_domain, t.typtype = 'e' AS is_enum, e.oid IS NOT NULL AS is_array,
                   t.typdelim::text AS delimiter,
                   a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND c.typdefault IS NULL AS required,
                   a.attgenerated <> '' AS generated, a.attidentity = 'a' AS always_identity,
                   k.relkind = 'r' AS plain
            FROM step s
            JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass($1) AND a.attnum = s.attnum
            JOIN pg_catalog.pg_class k ON k.oid = a.attrelid
            JOIN pg_catalog.pg_type c ON c.oid = a.atttypid
            JOIN pg_catalog.pg_type t ON t.oid = s.oid
            LEFT JOIN pg_catalog.pg_type e ON t.typtype <> 'd' AND e.oid = t.typelem AND e.typarray = t.oid
            ORDER BY s.attnum, s.depth
            """;

    private record Step(
            String columnName,
            String columnType,
            long typeOid,
            String typeName,
            String sqlName,
            boolean isDomain,
            boolean isEnum,
            boolean isArray,
            String delimiter,
            boolean required,
            boolean generated,
            boolean alwaysIdentity,
            boolean plain) {}

    private static final RowMapper<Step> STEP_MAPPER = RowMappers.forType(Step.class);

    private Catalog() {}

    /** The table as it is now; an error where there is none. */
    static Mono<TableLayout> layout(Session session, TableName table) {
        return session.<Step>run(connection -> Flux.from(connection
                                .createStatement(COLUMNS)
                                .bind(0, table.quoted(session.dialect()))
                                .execute())
                        .concatMap(result -> result.map(STEP_MAPPER::map)))
                .collectList()
                .map(steps -> {
                    if (steps.isEmpty()) {
                        throw new BulkException(
                                "there is no table '" + table + "' on the search path; create it or name its schema");
                    }
                    return new TableLayout(columns(steps), steps.get(0).plain());
                });
    }

    private static List<TableColumn> columns(List<Step> steps) {
        Map<String, List<Step>> byColumn = new LinkedHashMap<>();
        steps.forEach(step -> byColumn.computeIfAbsent(step.columnName(), name -> new ArrayList<>())
                .add(step));
        return byColumn.values().stream().map(Catalog::column).toList();
    }

    private static TableColumn column(List<Step> steps) {
        Step column = steps.get(0);
        return new TableColumn(
                column.columnName(),
                column.columnType(),
                type(steps),
                column.required() && !column.generated(),
                column.generated(),
                column.alwaysIdentity());
    }

    private static ColumnType type(List<Step> steps) {
        long declared = steps.get(0).typeOid();
        int depth = 0;
        while (steps.get(depth).isDomain()) {
            depth++;
        }
        Step base = steps.get(depth);
        @Nullable ColumnType element = base.isArray() ? type(steps.subList(depth + 1, steps.size())) : null;
        return new ColumnType(
                declared,
                base.typeOid(),
                base.typeName(),
                base.sqlName(),
                base.isEnum(),
                base.delimiter().charAt(0),
                element);
    }
}
