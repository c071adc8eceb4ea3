package io.headrace.core.error;

/** What an error of the database means to the program, whatever the driver calls it. */
public enum SqlErrorKind {
    UNIQUE_VIOLATION,
    FOREIGN_KEY_VIOLATION,
    NOT_NULL_VIOLATION,
    CHECK_VIOLATION,
    /** Another integrity rule, such as an exclusion constraint. */
    INTEGRITY_VIOLATION,
    /** The transaction could not be serialized; run it again from its start. */
    SERIALIZATION_FAILURE,
    /** The server broke a deadlock by this transaction; run it again from its start. On H2 also a serialization failure. */
    DEADLOCK,
    LOCK_TIMEOUT,
    /** The statement was stopped on the server, by a cancel request or by its time limit. */
    CANCELLED,
    /** The transaction had already failed or been ended by the database; nothing but a rollback is accepted. */
    TRANSACTION_ABORTED,
    CONNECTION_LOST,
    SYNTAX,
    /** The value is out of range, malformed or too long for its column. */
    DATA,
    OTHER;

    /** Whether the same rows would be refused again: an integrity rule or the data itself is at fault. */
    public boolean isCausedByData() {
        return switch (this) {
            case UNIQUE_VIOLATION,
                    FOREIGN_KEY_VIOLATION,
                    NOT_NULL_VIOLATION,
                    CHECK_VIOLATION,
                    INTEGRITY_VIOLATION,
                    DATA -> true;
            default -> false;
        };
    }
}
