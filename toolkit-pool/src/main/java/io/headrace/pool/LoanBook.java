package io.headrace.pool;

import io.headrace.core.observe.CallSite;
import io.headrace.pool.PoolConfig.LeakDetection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.pool.PooledRef;
import reactor.util.context.Context;

/** Begins the loans of one pool and knows who has what. */
final class LoanBook {

    /** Stands for a time that nobody wanted to know. */
    static final long UNTIMED = Long.MIN_VALUE;

    private static final Object HOLDER = new Object() {
        @Override
        public String toString() {
            return "io.headrace.pool.holder";
        }
    };

    private final String poolName;
    private final Timing timing;
    private final Signals signals;
    private final Opener opener;
    private final LeakDetection settings;
    private final @Nullable LeakWatch leaks;

    LoanBook(String poolName, PoolConfig config, Timing timing, Signals signals, Opener opener) {
        this.poolName = poolName;
        this.timing = timing;
        this.signals = signals;
        this.opener = opener;
        this.settings = config.leakDetection();
        this.leaks = settings.threshold() == null
                ? null
                : new LeakWatch(this, settings.threshold(), settings.reclaim(), timing, signals, opener);
    }

    /** The context of a borrower that goes by this name. */
    static Context named(Context context, String holder) {
        return context.put(HOLDER, holder);
    }

    String poolName() {
        return poolName;
    }

    /** Whether loans want a call site. */
    boolean isWatching() {
        return leaks != null;
    }

    /** The time if somebody wants to know how long an acquire takes, or else {@link #UNTIMED}. */
    long time() {
        return signals.isSilent() ? UNTIMED : timing.nanos();
    }

    /**
     * Makes the handle of a borrower.
     *
     * @param asked when it asked, from {@link #time()}
     * @param callSite where it asked, if that was seen
     */
    LentConnection begin(PooledRef<HeldConnection> ref, Context context, long asked, @Nullable String callSite) {
        long now = timing.nanos();
        LeakTrace trace = leaks == null ? null : new LeakTrace(callSite);
        Return loan = new Return(ref, this, now, context.getOrDefault(HOLDER, null), trace);
        ref.poolable().lentTo(loan);
        LentConnection handle = new LentConnection(loan);
        if (leaks != null && trace != null) {
            trace.watch(leaks.watch(handle, loan));
        }
        if (asked != UNTIMED) {
            signals.acquired(now - asked);
        }
        return handle;
    }

    /** The borrower has begun to give it back, or it was taken. */
    void ended(Return loan) {
        LeakTrace trace = loan.trace();
        if (trace != null) {
            trace.forget();
        }
        if (!signals.isSilent()) {
            signals.returned(timing.nanos() - loan.since());
        }
    }

    Duration heldFor(Return loan) {
        return Duration.ofNanos(timing.nanos() - loan.since());
    }

    /** Who has had a connection for longest, or null if nobody has one. */
    @Nullable
    Return longest() {
        Return longest = null;
        for (HeldConnection connection : opener.open()) {
            Return loan = connection.loan();
            if (loan != null && (longest == null || loan.since() - longest.since() < 0)) {
                longest = loan;
            }
        }
        return longest;
    }

    /** The name of a borrower, or else the line where it asked, or null if neither is known. */
    static @Nullable String placeOf(Return loan) {
        if (loan.holder() != null) {
            return loan.holder();
        }
        return loan.trace() == null ? null : loan.trace().callSite();
    }

    /** What is said to a borrower that goes on using its connection after the end of its loan. */
    String refusal(Return loan) {
        if (loan.wasTaken()) {
            return "pool '" + poolName + "': this connection was held for longer than the leakThreshold of "
                    + (settings.threshold() == null ? "none" : Text.of(settings.threshold()))
                    + " and was taken back. Close connections after use, or raise leakThreshold.";
        }
        return "pool '" + poolName + "': this connection was given back and may serve somebody else by now. "
                + "Acquire another one, or close it later.";
    }

    /** The line of the program on the stack, where it is wanted. */
    @Nullable
    String callSite() {
        return isWatching() ? CallSite.current() : null;
    }

    /** The pool is closed. */
    void close() {
        if (leaks != null) {
            leaks.stop();
        }
    }
}
