package io.headrace.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * No connection became available, connected and valid within the acquire timeout. Trying again later may help. If the
 * database could not be reached, the error of the last connect is the cause.
 */
public final class PoolAcquireTimeoutException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final Duration timeout;
    private final PoolSnapshot snapshot;

    /**
     * @param trouble why the last connect failed, if connects fail
     * @param dead why the last connection was not lent, if one was found dead
     */
    PoolAcquireTimeoutException(
            Duration timeout, PoolSnapshot snapshot, @Nullable Throwable trouble, @Nullable Throwable dead) {
        super(
                snapshot.name(),
                "no connection within " + Text.of(timeout) + " (" + snapshot.numbers() + "). "
                        + (trouble == null ? advice(snapshot) : ConnectFailure.advice(trouble)),
                trouble == null ? dead : trouble);
        this.timeout = timeout;
        this.snapshot = snapshot;
    }

    private static String advice(PoolSnapshot snapshot) {
        if (snapshot.suspended()) {
            return "The pool lends nothing until it is resumed. Resume it, or raise acquireTimeout.";
        }
        return snapshot.acquired() < snapshot.maxSize() + snapshot.overflow()
                ? "There was room for more connections, so look for a database or network that is slow to answer."
                : "Raise size or acquireTimeout, or look for connections not released.";
    }

    /** The acquire timeout. */
    public Duration timeout() {
        return timeout;
    }

    /** The pool at that moment. */
    public PoolSnapshot snapshot() {
        return snapshot;
    }
}
