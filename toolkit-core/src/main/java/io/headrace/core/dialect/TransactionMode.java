package io.headrace.core.dialect;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is begun. An absent part is left to the session's default.
 *
 * @param isolation the isolation level
 * @param readOnly whether writes are refused
 * @param deferrable whether a serializable read-only transaction waits for a safe snapshot (PostgreSQL)
 * @param timeout how long the server lets one statement run, and the transaction stand idle (PostgreSQL; the other
 *     databases take no notice)
 * @param lockTimeout how long a statement waits for a lock (PostgreSQL)
 */
public record TransactionMode(
        @Nullable IsolationLevel isolation,
        @Nullable Boolean readOnly,
        boolean deferrable,
        @Nullable Duration timeout,
        @Nullable Duration lockTimeout) {

    /** The largest that PostgreSQL takes: milliseconds in an int4. */
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    /** Checks the ranges. */
    public TransactionMode {
        check("timeout", timeout);
        check("lockTimeout", lockTimeout);
    }

    private static void check(String what, @Nullable Duration time) {
        if (time != null && (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException(
                    what + " must be between 1 ms and " + LONGEST.toDays() + " days, was " + time);
        }
    }

    /** The session's defaults. */
    public static TransactionMode defaults() {
        return new TransactionMode(null, null, false, null, null);
    }

    /** The same at this isolation level. */
    public TransactionMode withIsolation(IsolationLevel level) {
        return new TransactionMode(level, readOnly, deferrable, timeout, lockTimeout);
    }

    /** The same, with writes refused. */
    public TransactionMode asReadOnly() {
        return withReadOnly(true);
    }

    /** The same, with writes refused or allowed, whatever the session's default is. */
    public TransactionMode withReadOnly(boolean refused) {
        return new TransactionMode(isolation, refused, deferrable, timeout, lockTimeout);
    }

    /** The same, waiting for a safe snapshot. */
    public TransactionMode asDeferrable() {
        return new TransactionMode(isolation, readOnly, true, timeout, lockTimeout);
    }

    /** The same with this limit of the server for each statement, and for standing idle. */
    public TransactionMode withTimeout(Duration limit) {
        return new TransactionMode(isolation, readOnly, deferrable, limit, lockTimeout);
    }

    /** The same with this limit for the wait for a lock. */
    public TransactionMode withLockTimeout(Duration limit) {
        return new TransactionMode(isolation, readOnly, deferrable, timeout, limit);
    }
}
