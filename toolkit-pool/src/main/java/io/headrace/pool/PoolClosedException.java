package io.headrace.pool;

import org.jspecify.annotations.Nullable;

/** The pool was closed before, or while, the caller asked for a connection. */
public final class PoolClosedException extends PoolException {

    private static final long serialVersionUID = 1L;

    PoolClosedException(String poolName, @Nullable Throwable cause) {
        super(
                poolName,
                "it is closed and lends no connections any more. Close the pool after everything that uses it.",
                cause);
    }
}
