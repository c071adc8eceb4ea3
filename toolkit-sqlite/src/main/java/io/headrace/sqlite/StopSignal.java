package io.headrace.sqlite;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether one statement is to stop: because nobody wants it any more, or because it has run for too long. Belongs to that
 * statement alone, so that a stop that comes late hits no other. Any thread may cancel; all else is for the thread of the lane.
 */
final class StopSignal {

    private final LongSupplier nanoTime;
    private final @Nullable Duration timeout;
    private final Duration lockWait;
    private volatile boolean cancelled;
    private boolean timedOut;
    private long spent;
    private long resumedAt;
    private long waitingSince;

    StopSignal(LongSupplier nanoTime, @Nullable Duration timeout, Duration lockWait) {
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.lockWait = lockWait;
    }

    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** The limit that was exceeded; null if none was. */
    @Nullable
    Duration exceeded() {
        return timedOut ? timeout : null;
    }

    /** The statement goes on; pauses in between do not count. */
    void resume() {
        resumedAt = nanoTime.getAsLong();
    }

    void pause() {
        spent += nanoTime.getAsLong() - resumedAt;
    }

    boolean mustStop() {
        if (cancelled) {
            return true;
        }
        Duration limit = timeout;
        if (limit != null && spent + nanoTime.getAsLong() - resumedAt >= limit.toNanos()) {
            timedOut = true;
        }
        return timedOut;
    }

    /**
     * How long a wait for a lock may still take, in nanoseconds; 0 for no longer.
     *
     * @param tries how often this wait has tried before
     */
    long remainingLockWait(int tries) {
        if (mustStop()) {
            return 0;
        }
        long now = nanoTime.getAsLong();
        if (tries == 0) {
            waitingSince = now;
        }
        return Math.max(0, lockWait.toNanos() - (now - waitingSince));
    }
}
