package io.headrace.tx;

/**
 * When the server is asked what it calls a transaction, so that it can be asked what became of it if the connection is lost
 * during COMMIT. Read-only transactions and databases that can't tell are never asked.
 */
public enum CommitCheck {
    /** Never: a connection lost during COMMIT is a {@link CommitOutcomeUnknownException}. */
    NONE,
    /**
     * In the round trip of COMMIT, the default. Where the connection is lost so early that this answer is lost too, it is a
     * {@link CommitOutcomeUnknownException} all the same.
     */
    WITH_COMMIT,
    /** Before COMMIT is sent, for one more round trip. */
    BEFORE_COMMIT
}
