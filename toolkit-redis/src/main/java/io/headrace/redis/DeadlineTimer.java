package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * One timer for the earliest of many deadlines. Confined to an event loop but for {@link #isLaterThan}.
 */
final class DeadlineTimer {

    private static final long NONE = Long.MAX_VALUE;

    /** Each time all calls are looked at, so a crowd of deadlines costs one look in a while. */
    private static final long GRAIN = Duration.ofMillis(1).toNanos();

    private final Timing timing;
    private final Runnable due;
    private volatile long next = NONE;
    private @Nullable Disposable timer;

    /** @param due called on any thread */
    DeadlineTimer(Timing timing, Runnable due) {
        this.timing = timing;
        this.due = due;
    }

    /** Whether the deadline comes before all that the timer was told of. */
    boolean isLaterThan(long deadline) {
        return deadline < next;
    }

    /** Makes the timer fire at the deadline at the latest, {@link Long#MAX_VALUE} meaning never. */
    void arm(long deadline) {
        if (deadline < next) {
            stop();
            long now = timing.nanos();
            long at = Math.max(deadline, now + GRAIN);
            next = at;
            timer = timing.afterNanos(at - now, due);
        }
    }

    /** To be called when it has fired, and before the deadlines are looked at. */
    void fired() {
        stop();
        next = NONE;
    }

    void stop() {
        Disposable present = timer;
        if (present != null) {
            present.dispose();
            timer = null;
        }
    }
}
