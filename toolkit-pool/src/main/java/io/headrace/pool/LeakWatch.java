package io.headrace.pool;

import java.lang.ref.Cleaner;
import java.lang.ref.Cleaner.Cleanable;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Finds borrowers that forgot their connection: loans that last longer than a threshold, and handles that nobody can reach
 * any more.
 *
 * <p>One timer for all loans. It is set by the first and goes off when that would be too long, is set again for whoever is
 * the oldest by then, and rests while nothing is lent.
 */
final class LeakWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LeakWatch.class);

    private final LoanBook book;
    private final Duration threshold;
    private final boolean reclaim;
    private final Timing timing;
    private final Signals signals;
    private final Opener opener;

    private final AtomicBoolean timed = new AtomicBoolean();
    private final Disposable.Swap timer = Disposables.swap();

    LeakWatch(LoanBook book, Duration threshold, boolean reclaim, Timing timing, Signals signals, Opener opener) {
        this.book = book;
        this.threshold = threshold;
        this.reclaim = reclaim;
        this.timing = timing;
        this.signals = signals;
        this.opener = opener;
    }

    /** From now on the loan is looked at, and its handle is missed when it is gone. */
    Cleanable watch(LentConnection handle, Return loan) {
        setTimerUnlessSet();
        return Handles.CLEANER.register(handle, () -> handleGone(loan));
    }

    void stop() {
        timer.dispose();
    }

    private void setTimerUnlessSet() {
        if (!timed.get() && timed.compareAndSet(false, true)) {
            setTimer(threshold);
        }
    }

    private void setTimer(Duration delay) {
        // not update: that would dispose of the very task that sets itself again
        timer.replace(timing.after(delay, this::look));
    }

    private void look() {
        long untilNext = Long.MAX_VALUE;
        for (HeldConnection connection : opener.open()) {
            Return loan = unreported(connection);
            if (loan == null) {
                continue;
            }
            long left = threshold.minus(book.heldFor(loan)).toNanos();
            if (left <= 0) {
                report(loan);
            } else {
                untilNext = Math.min(untilNext, left);
            }
        }
        if (untilNext != Long.MAX_VALUE) {
            setTimer(Duration.ofNanos(untilNext));
            return;
        }
        timed.set(false);
        for (HeldConnection connection : opener.open()) {
            if (unreported(connection) != null) {
                // lent after it was looked at, and before the timer was given up
                setTimerUnlessSet();
                return;
            }
        }
    }

    private static @Nullable Return unreported(HeldConnection connection) {
        Return loan = connection.loan();
        return loan == null
                        || loan.hasStarted()
                        || loan.trace() == null
                        || loan.trace().isReported()
                ? null
                : loan;
    }

    private void report(Return loan) {
        Suspect suspect = suspect(loan);
        if (reclaim && !loan.take()) {
            return;
        }
        if (loan.trace() != null) {
            loan.trace().setReported();
        }
        LOG.warn(
                "pool '{}': a connection may be leaked, {}{}. Close connections after use, or raise leakThreshold ({}).",
                book.poolName(),
                suspect.describe(),
                reclaim ? "; it was closed and its place in the pool is free" : "",
                Text.of(threshold));
        signals.leakSuspected(suspect, reclaim);
    }

    /** On the thread of the cleaner, which is nobody's to work on. */
    private void handleGone(Return loan) {
        if (loan.hasStarted()) {
            return;
        }
        try {
            timing.scheduler().schedule(() -> handleLost(loan));
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("pool '{}': a lost connection was found when the program ended", book.poolName());
        }
    }

    private void handleLost(Return loan) {
        Suspect suspect = suspect(loan);
        if (!loan.take()) {
            return;
        }
        LOG.warn(
                "pool '{}': a connection was thrown away without being closed, {}. It was closed, and its place in the "
                        + "pool is free. Close connections after use, on errors and cancels too.",
                book.poolName(),
                suspect.describe());
        signals.handleLost(suspect);
    }

    private Suspect suspect(Return loan) {
        LeakTrace trace = loan.trace();
        return new Suspect(
                loan.holder(),
                trace == null ? null : trace.callSite(),
                book.heldFor(loan),
                loan.held().lastStatement());
    }

    /** One thread for all pools, from the first one that needs it. */
    private static final class Handles {

        static final Cleaner CLEANER = Cleaner.create();
    }
}
