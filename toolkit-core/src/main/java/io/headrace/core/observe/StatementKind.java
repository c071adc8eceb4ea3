package io.headrace.core.observe;

/** What a statement is executed for. */
public enum StatementKind {
    /** For its rows. */
    ROWS,
    /** For its effect; the rows counted are those affected. */
    UPDATE,
    /** To write many rows at once; the rows counted are those written. */
    BULK
}
