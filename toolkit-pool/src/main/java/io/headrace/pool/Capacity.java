package io.headrace.pool;

import io.headrace.pool.PoolConfig.Sizing;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import reactor.pool.AllocationStrategy;

/**
 * How many connections there may be and how many there are. reactor-pool asks here before it opens one; the limit can be
 * changed while the pool works, and there is none to be had while the database is left alone.
 */
final class Capacity implements AllocationStrategy {

    private final ConnectBackOff backOff;
    private volatile Sizing sizing;

    /** Permits of connections that are open or being opened. */
    private final AtomicInteger granted = new AtomicInteger();

    /** Permits that were taken ahead for {@code warmup()}, and are part of {@link #granted}. */
    private final AtomicInteger claimed = new AtomicInteger();

    /** Permits of connections that are going to be closed, taken back already. */
    private final AtomicInteger owed = new AtomicInteger();

    Capacity(Sizing sizing, ConnectBackOff backOff) {
        this.sizing = sizing;
        this.backOff = backOff;
    }

    Sizing sizing() {
        return sizing;
    }

    /** Returns the size until now. */
    synchronized int resize(Sizing next) {
        int before = sizing.size();
        sizing = next;
        return before;
    }

    /**
     * How many more connections may be opened now. Of a caller who may not wait this is all that reactor-pool asks, so the
     * database hears of it here too.
     */
    @Override
    public int estimatePermitCount() {
        if (backOff.isUp()) {
            return Math.max(0, sizing.most() - granted.get());
        }
        backOff.wanted();
        return 0;
    }

    /** Always one at a time: what else is to be opened is opened by {@link Upkeep}. None is the request of {@code warmup()}. */
    @Override
    public int getPermits(int desired) {
        if (desired <= 0) {
            return claimed.getAndUpdate(now -> Math.max(0, now - 1)) > 0 ? 1 : 0;
        }
        if (backOff.isUp()) {
            return take(sizing.most()) ? 1 : 0;
        }
        backOff.wanted();
        return 0;
    }

    /** Takes a permit ahead, which the next {@code warmup()} uses, if there are fewer connections than that. */
    boolean claim(int target) {
        boolean free = take(Math.min(target, sizing.most()));
        if (free) {
            claimed.incrementAndGet();
        }
        return free;
    }

    void unclaim() {
        if (getPermits(0) > 0) {
            returnPermits(1);
        }
    }

    private boolean take(int limit) {
        int now;
        do {
            now = granted.get();
            if (now >= limit) {
                return false;
            }
        } while (!granted.compareAndSet(now, now + 1));
        return true;
    }

    /**
     * Whether an idle connection is one too many: above the size if nobody waits, above size and overflow in any case. Who
     * is told so has to close it; the next who asks is told what is true without it.
     */
    boolean takeSurplus(IntSupplier waiting) {
        int now;
        do {
            now = granted.get();
            Sizing limits = sizing;
            if (now <= limits.size() || (now <= limits.most() && waiting.getAsInt() > 0)) {
                return false;
            }
        } while (!granted.compareAndSet(now, now - 1));
        owed.incrementAndGet();
        return true;
    }

    @Override
    public void returnPermits(int returned) {
        for (int i = 0; i < returned; i++) {
            if (owed.getAndUpdate(now -> Math.max(0, now - 1)) == 0) {
                granted.updateAndGet(now -> Math.max(0, now - 1));
            }
        }
    }

    @Override
    public int permitGranted() {
        return granted.get();
    }

    /** One or more, or else {@code warmup()} would do nothing. */
    @Override
    public int permitMinimum() {
        return 1;
    }

    @Override
    public int permitMaximum() {
        return sizing.most();
    }
}
