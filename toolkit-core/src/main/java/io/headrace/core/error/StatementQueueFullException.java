package io.headrace.core.error;

/** More statements were started at once on one connection than may wait for it. This one was not sent. */
public final class StatementQueueFullException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    /** @param message the statement and the numbers */
    public StatementQueueFullException(String message) {
        super(message);
    }
}
