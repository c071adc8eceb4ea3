package io.headrace.tx;

import java.time.Duration;

/** The body of a transaction had not ended within the time for the whole; it was stopped and rolled back. */
public final class TransactionTimeoutException extends TransactionException {

    private static final long serialVersionUID = 1L;

    private final Duration limit;

    TransactionTimeoutException(String transaction, Duration limit, int attempt, boolean begun) {
        super(transaction + " was rolled back: not done within " + limit.toMillis()
                + " ms (TransactionOptions.timeout); it was "
                + (begun ? "running" : "waiting for a connection")
                + (attempt == 1 ? "" : " in attempt " + attempt)
                + ". "
                + (begun
                        ? "Do less in it, look what it waits for, or raise the timeout."
                        : "Raise the size of the pool or the timeout, or look who holds the connections."));
        this.limit = limit;
    }

    /** The limit that was passed. */
    public Duration limit() {
        return limit;
    }
}
