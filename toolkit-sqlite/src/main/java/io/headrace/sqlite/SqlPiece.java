package io.headrace.sqlite;

import java.util.List;

/**
 * One statement of a text.
 *
 * @param text without a semicolon behind it
 * @param parameters for each parameter that SQLite counts in this statement, its index in the whole text; -1 for a number
 *     that was left out
 * @param star whether a {@code *} stands in it, so that columns may come and go with the table
 */
record SqlPiece(String text, StatementKind kind, List<Integer> parameters, boolean star) {

    SqlPiece {
        parameters = List.copyOf(parameters);
    }

    SqlPiece withText(String other) {
        return new SqlPiece(other, kind, parameters, true);
    }
}
