package io.headrace.sqlite;

/**
 * A row that was changed.
 *
 * @param operation what happened to it
 * @param table the name of its table
 * @param rowId its row id; what was changed is for the subscriber to read
 */
public record SqliteUpdate(Operation operation, String table, long rowId) {

    /** What happens to a row. */
    public enum Operation {
        /** It is new. */
        INSERT,
        /** It has other values. */
        UPDATE,
        /** It is gone. */
        DELETE
    }
}
