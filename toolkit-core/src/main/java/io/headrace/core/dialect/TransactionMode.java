package io.headrace.core.dialect;

import io.r2dbc.spi.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is begun. An absent part is left to the session's default.
 *
 * @param isolation the isolation level
 * @param readOnly whether writes are refused
 * @param deferrable whether a serializable read-only transaction waits for a safe snapshot (PostgreSQL)
 */
public record TransactionMode(@Nullable IsolationLevel isolation, @Nullable Boolean readOnly, boolean deferrable) {

    /** The session's defaults. */
    public static TransactionMode defaults() {
        return new TransactionMode(null, null, false);
    }

    /** The same at this isolation level. */
    public TransactionMode withIsolation(IsolationLevel level) {
        return new TransactionMode(level, readOnly, deferrable);
    }

    /** The same, with writes refused. */
    public TransactionMode asReadOnly() {
        return new TransactionMode(isolation, true, deferrable);
    }
}
