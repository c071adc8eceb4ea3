package io.headrace.pool;

import org.jspecify.annotations.Nullable;

/** All connections were lent, or the pool was suspended, and as many callers waiting as may wait. The caller did not wait at all. */
public final class PoolExhaustedException extends PoolException {

    private static final long serialVersionUID = 1L;

    private final PoolSnapshot snapshot;

    /** @param trouble why the last connect failed, if connects fail */
    PoolExhaustedException(PoolSnapshot snapshot, @Nullable Throwable trouble, @Nullable Throwable cause) {
        super(
                snapshot.name(),
                "no connection and no room to wait for one (" + snapshot.numbers() + ", at most "
                        + Text.of(snapshot.maxWaiting())
                        + " may wait). "
                        + (trouble == null ? advice(snapshot) : ConnectFailure.advice(trouble)),
                trouble == null ? cause : trouble);
        this.snapshot = snapshot;
    }

    private static String advice(PoolSnapshot snapshot) {
        return snapshot.suspended()
                ? "The pool lends nothing until it is resumed. Resume it, slow the callers down, or raise maxWaiting."
                : "Slow the callers down, raise size or maxWaiting, or look for connections not released.";
    }

    /** The pool at that moment. */
    public PoolSnapshot snapshot() {
        return snapshot;
    }
}
