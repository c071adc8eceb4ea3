package io.headrace.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No connection became available, connected and valid within the acquire timeout. Trying again later may help. */
public final class PoolAcquireTimeoutException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final Duration timeout;
    private final PoolSnapshot snapshot;

    PoolAcquireTimeoutException(Duration timeout, PoolSnapshot snapshot, @Nullable Throwable cause) {
        super(
                snapshot.name(),
                "no connection within " + Text.of(timeout) + " (" + snapshot.numbers() + "). " + advice(snapshot),
                cause);
        this.timeout = timeout;
        this.snapshot = snapshot;
    }

    private static String advice(PoolSnapshot snapshot) {
        return snapshot.acquired() < snapshot.maxSize()
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
