package io.headrace.core.connection;

/** What became of a transaction, or of a savepoint. */
public enum TransactionOutcome {
    /** Its changes are there; for a savepoint, as far as the transaction around it commits. */
    COMMITTED,
    /** Its changes are undone. */
    ROLLED_BACK,
    /** The connection was lost at COMMIT, and nobody can tell. */
    UNKNOWN
}
