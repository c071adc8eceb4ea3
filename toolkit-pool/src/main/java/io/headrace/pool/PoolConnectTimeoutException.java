package io.headrace.pool;

import java.time.Duration;

/**
 * The database did not complete a new connection, with its whole handshake, within the connect timeout. Callers find it as
 * the cause of a {@link PoolAcquireTimeoutException}, since the pool tries again until then.
 */
public final class PoolConnectTimeoutException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final Duration timeout;

    PoolConnectTimeoutException(String poolName, Duration timeout) {
        super(
                poolName,
                "the database did not complete a new connection within " + Text.of(timeout)
                        + ". Check that it is reachable and not overloaded, or raise connectTimeout.",
                null);
        this.timeout = timeout;
    }

    /** The connect timeout. */
    public Duration timeout() {
        return timeout;
    }
}
