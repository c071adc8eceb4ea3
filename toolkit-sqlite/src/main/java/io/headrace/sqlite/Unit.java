package io.headrace.sqlite;

import org.jspecify.annotations.Nullable;

/** One statement with the values of its parameters, in SQLite's order. */
record Unit(SqlPiece piece, @Nullable Object[] values) {

    boolean isQuery() {
        return piece.kind() == StatementKind.QUERY;
    }
}
