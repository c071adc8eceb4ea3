package io.headrace.pool;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * Why a {@link Pool} could not lend a connection. The driver's own exceptions are not wrapped in it: they reach the
 * caller as they are. It extends R2DBC's exception, since that is what callers of a
 * {@link io.r2dbc.spi.ConnectionFactory} expect. Messages contain numbers and names, never credentials.
 */
public abstract sealed class PoolException extends R2dbcException
        permits NoReplicaException,
                PoolAcquireTimeoutException,
                PoolClosedException,
                PoolConnectTimeoutException,
                PoolExhaustedException {

    private static final long serialVersionUID = 1L;

    private final String poolName;

    PoolException(String poolName, String problem, @Nullable Throwable cause) {
        super("pool '" + poolName + "': " + problem, cause);
        this.poolName = poolName;
    }

    /** The name of the pool. */
    public final String poolName() {
        return poolName;
    }
}
