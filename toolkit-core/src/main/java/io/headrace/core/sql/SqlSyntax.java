package io.headrace.core.sql;

/** What differs from database to database in where a literal, an identifier or a comment begins and ends. */
public enum SqlSyntax {
    /**
     * PostgreSQL, H2 and whatever else keeps to the standard: backslashes escape in {@code E''} only, dollar quoting,
     * nested block comments.
     */
    STANDARD,

    /**
     * MariaDB and MySQL with their default {@code sql_mode}: backslashes escape in every string, double quotes are
     * strings, {@code #} begins a comment, block comments do not nest, and there is no dollar quoting.
     */
    MYSQL,

    /**
     * SQLite: no escapes in strings, backticks and brackets quote identifiers too, block comments do not nest, and there is no
     * dollar quoting.
     */
    SQLITE
}
