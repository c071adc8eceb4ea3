package io.headrace.pool;

import org.jspecify.annotations.Nullable;

/** All connections were lent and as many callers waiting as may wait. The caller did not wait at all. */
public final class PoolExhaustedException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final PoolSnapshot snapshot;

    PoolExhaustedException(PoolSnapshot snapshot, @Nullable Throwable cause) {
        super(
                snapshot.name(),
                "no connection and no room to wait for one (" + snapshot.numbers() + ", at most "
                        + Text.of(snapshot.maxWaiting())
                        + " may wait). Slow the callers down, raise size or maxWaiting, or look for connections not released.",
                cause);
        this.snapshot = snapshot;
    }

    /** The pool at that moment. */
    public PoolSnapshot snapshot() {
        return snapshot;
    }
}
