package io.headrace.core.dialect;

/** What a server knows of a transaction whose connection was lost. */
public enum CommitOutcome {
    COMMITTED,
    ROLLED_BACK,
    /** Its backend still works on it, or the server is not yet one that can tell; ask again. */
    UNDECIDED,
    /** The server does not know any more, or might mistake another transaction for it. */
    UNKNOWN
}
