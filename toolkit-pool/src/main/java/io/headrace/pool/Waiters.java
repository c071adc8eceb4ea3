package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The callers of one pool that wait for a connection, in the order of their deadlines.
 *
 * <p>All have the same patience, so whoever came later has the later deadline. One timer for the earliest is enough: when
 * it goes off, it is set again for the earliest who waits by then. It is not moved when somebody leaves, so that busy
 * callers cost one timer in each span of patience, however many they are, and not one each.
 */
final class Waiters {

    private final Timing timing;
    private final Duration patience;

    @GuardedBy("this")
    private @Nullable Waiter first;

    @GuardedBy("this")
    private @Nullable Waiter last;

    @GuardedBy("this")
    private boolean timed;

    private volatile @Nullable Disposable timer;

    Waiters(Timing timing, Duration patience) {
        this.timing = timing;
        this.patience = patience;
    }

    void add(Waiter waiter) {
        boolean setTimer;
        synchronized (this) {
            waiter.deadline = timing.nanos() + patience.toNanos();
            waiter.earlier = last;
            if (last == null) {
                first = waiter;
            } else {
                last.later = waiter;
            }
            last = waiter;
            waiter.listed = true;
            setTimer = !timed;
            timed = true;
        }
        if (setTimer) {
            setTimer(patience);
        }
        if (waiter.hasLeft()) {
            // it may have left before it was listed
            remove(waiter);
        }
    }

    void remove(Waiter waiter) {
        if (waiter.listed) {
            synchronized (this) {
                unlink(waiter);
            }
        }
    }

    /** Tells all who wait, who came first being told first. */
    void poolResumed() {
        inOrder().forEach(Waiter::poolResumed);
    }

    /** Tells all who wait, and needs no timer any more. */
    void poolClosed() {
        List<Waiter> waiting = inOrder();
        Disposable pending = timer;
        if (pending != null) {
            pending.dispose();
        }
        waiting.forEach(Waiter::poolClosed);
    }

    private synchronized List<Waiter> inOrder() {
        List<Waiter> waiting = new ArrayList<>();
        for (Waiter waiter = first; waiter != null; waiter = waiter.later) {
            waiting.add(waiter);
        }
        return waiting;
    }

    private void timerWentOff() {
        List<Waiter> late = new ArrayList<>();
        long untilNext = 0;
        synchronized (this) {
            long now = timing.nanos();
            while (first != null && first.deadline - now <= 0) {
                late.add(first);
                unlink(first);
            }
            timed = first != null;
            if (first != null) {
                untilNext = first.deadline - now;
            }
        }
        if (untilNext > 0) {
            setTimer(Duration.ofNanos(untilNext));
        }
        late.forEach(Waiter::deadlinePassed);
    }

    private void setTimer(Duration delay) {
        timer = timing.after(delay, this::timerWentOff);
    }

    @GuardedBy("this")
    private void unlink(Waiter waiter) {
        if (!waiter.listed) {
            return;
        }
        waiter.listed = false;
        Waiter earlier = waiter.earlier;
        Waiter later = waiter.later;
        if (earlier == null) {
            first = later;
        } else {
            earlier.later = later;
        }
        if (later == null) {
            last = earlier;
        } else {
            later.earlier = earlier;
        }
        waiter.earlier = null;
        waiter.later = null;
    }
}
