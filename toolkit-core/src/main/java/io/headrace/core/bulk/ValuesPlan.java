package io.headrace.core.bulk;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.core.mapping.RecordColumn;
import io.headrace.core.mapping.RecordShape;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How records of one type become an INSERT with many rows of VALUES. */
final class ValuesPlan<T extends Record> {

    // Beyond that a longer text costs more than it saves, and some drivers have limits of their own.
    private static final int MOST_PARAMETERS = 30_000;
    private static final int MOST_ROWS = 1_000;

    private final List<RecordColumn> components;
    private final Dialect dialect;
    private final ParameterValues parameters;
    private final TableName table;
    private final List<String> columns;

    ValuesPlan(TableName table, Class<T> type, Dialect dialect, ParameterValues parameters, Converters converters) {
        this.components = RecordColumn.of(RecordShape.of(type), converters, column -> false);
        this.dialect = dialect;
        this.parameters = parameters;
        this.table = new TableName(dialect.stored(table.name()));
        this.columns =
                components.stream().map(column -> dialect.stored(column.name())).toList();
    }

    /** The columns with these names, as they are to be returned. */
    String[] named(List<String> names) {
        return names.stream().map(dialect::stored).toArray(String[]::new);
    }

    /** How many rows one statement takes. */
    int mostRows() {
        return Math.max(
                1, Math.min(MOST_ROWS, Math.min(MOST_PARAMETERS, dialect.mostParameters()) / components.size()));
    }

    /** A statement that fails where the table or a column is not there, and reads nothing. */
    String check() {
        return "SELECT " + columns.stream().map(dialect::quote).collect(Collectors.joining(", ")) + " FROM "
                + dialect.quoteQualified(table.name()) + " WHERE 1 = 0";
    }

    Statement insert(Connection connection, List<? extends T> rows) {
        String columnList = columns.stream().map(dialect::quote).collect(Collectors.joining(", "));
        return bound(
                connection.createStatement("INSERT INTO " + dialect.quoteQualified(table.name()) + " (" + columnList
                        + ") VALUES " + values(rows.size())),
                rows);
    }

    Statement upsert(Connection connection, List<? extends T> rows, Conflict conflict) {
        String sql = dialect.upsert(table.name(), columns, List.of(named(conflict.columns())), values(rows.size()));
        return bound(connection.createStatement(sql), rows);
    }

    private Statement bound(Statement statement, List<? extends T> rows) {
        int parameter = 0;
        for (T row : rows) {
            for (RecordColumn column : components) {
                statement.bind(parameter++, parameter(column, row));
            }
        }
        return statement;
    }

    /** A column that a converter has been at is bound as what that makes of it. */
    private Parameter parameter(RecordColumn column, Object row) {
        Object value = column.valueOf(row);
        return column.type().equals(column.component().genericType())
                ? parameters.parameter(column.path(), value, column.component())
                : parameters.parameter(column.path(), value, column.type());
    }

    private String values(int rows) {
        int width = components.size();
        return IntStream.range(0, rows)
                .mapToObj(row -> IntStream.range(0, width)
                        .mapToObj(column -> dialect.marker(row * width + column))
                        .collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
    }
}
