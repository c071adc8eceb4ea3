package io.headrace.core.dialect;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** How the databases write an upsert. */
final class UpsertText {

    private UpsertText() {}

    /** {@code INSERT … ON CONFLICT}: PostgreSQL and SQLite. */
    static String onConflict(
            Dialect dialect, String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        List<String> changed = changed(columns, conflictColumns);
        return insert(dialect, table, columns, conflictColumns, valuesRows)
                + " ON CONFLICT " + list(dialect, conflictColumns)
                + (changed.isEmpty()
                        ? " DO NOTHING"
                        : " DO UPDATE SET "
                                + assignments(dialect, changed, column -> column + " = excluded." + column));
    }

    /** {@code INSERT … ON DUPLICATE KEY}: MariaDB and MySQL, where any unique key of the table decides. */
    static String onDuplicateKey(
            Dialect dialect, String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        List<String> changed = changed(columns, conflictColumns);
        // INSERT IGNORE would swallow other errors as well; a column set to itself changes nothing.
        return insert(dialect, table, columns, conflictColumns, valuesRows) + " ON DUPLICATE KEY UPDATE "
                + (changed.isEmpty()
                        ? assignments(dialect, conflictColumns, column -> column + " = " + column)
                        : assignments(dialect, changed, column -> column + " = VALUES(" + column + ")"));
    }

    /** {@code MERGE … KEY}: H2. */
    static String mergeByKey(
            Dialect dialect, String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        check(columns, conflictColumns);
        return "MERGE INTO " + dialect.quoteQualified(table) + " " + list(dialect, columns) + " KEY "
                + list(dialect, conflictColumns) + " VALUES " + valuesRows;
    }

    private static String insert(
            Dialect dialect, String table, List<String> columns, List<String> conflictColumns, String valuesRows) {
        check(columns, conflictColumns);
        return "INSERT INTO " + dialect.quoteQualified(table) + " " + list(dialect, columns) + " VALUES " + valuesRows;
    }

    private static void check(List<String> columns, List<String> conflictColumns) {
        if (conflictColumns.isEmpty() || !columns.containsAll(conflictColumns)) {
            throw new IllegalArgumentException("the conflict columns " + conflictColumns
                    + " must be at least one, each among the columns " + columns);
        }
    }

    private static List<String> changed(List<String> columns, List<String> conflictColumns) {
        return columns.stream()
                .filter(column -> !conflictColumns.contains(column))
                .toList();
    }

    private static String list(Dialect dialect, List<String> columns) {
        return columns.stream().map(dialect::quote).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String assignments(Dialect dialect, List<String> columns, UnaryOperator<String> assignment) {
        return columns.stream().map(dialect::quote).map(assignment).collect(Collectors.joining(", "));
    }
}
