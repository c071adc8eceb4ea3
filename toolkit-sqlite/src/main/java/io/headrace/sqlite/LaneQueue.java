package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Lends lanes of one kind, to one user each, in the order in which they were asked for. Lanes are opened when they are needed,
 * up to a number.
 *
 * <p>All state is guarded by this object's monitor, which is never held while anybody else is called.
 */
final class LaneQueue {

    private static final int FEW = 64;

    private final String purpose;
    private final int size;
    private final SqliteConfig config;
    private final Scheduler timer;
    private final Runnable open;
    private final Deque<Lane> idle = new ArrayDeque<>();
    private final Map<Lane, Loan> lent = new IdentityHashMap<>();
    private final Queue<Waiter> waiting = new ArrayDeque<>();
    private final Map<LaneUser, Waiter> waiters = new IdentityHashMap<>();
    private int opening;
    private int opened;
    private boolean closed;

    /**
     * @param open opens one more lane, which comes back by {@link #opened} or {@link #notOpened}
     */
    LaneQueue(String purpose, int size, SqliteConfig config, Scheduler timer, Runnable open) {
        this.purpose = purpose;
        this.size = size;
        this.config = config;
        this.timer = timer;
        this.open = open;
    }

    void acquire(LaneUser user) {
        Lease lease = null;
        Throwable refusal = null;
        boolean openOne = false;
        synchronized (this) {
            Lane lane = closed ? null : idle.pollLast();
            if (closed) {
                refusal = SqliteErrors.closed(purpose);
            } else if (lane != null) {
                lease = lend(lane);
            } else if (waiters.size() >= config.transactionsWaiting()) {
                refusal = full();
            } else {
                enqueue(user);
                openOne = opening + opened < size;
                opening += openOne ? 1 : 0;
            }
        }
        if (openOne) {
            open.run();
        }
        if (lease != null) {
            user.granted(lease);
        } else if (refusal != null) {
            user.refused(refusal);
        }
    }

    private void enqueue(LaneUser user) {
        Waiter waiter = new Waiter(user);
        waiters.put(user, waiter);
        waiting.add(waiter);
        waiter.timeout =
                timer.schedule(() -> timedOut(user), config.acquireTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Lease lend(Lane lane) {
        lent.put(lane, new Loan(timer.now(TimeUnit.MILLISECONDS)));
        return new Lease(lane, () -> giveBack(lane));
    }

    private void giveBack(Lane lane) {
        grantNext(lane, true);
    }

    void opened(Lane lane) {
        boolean late;
        synchronized (this) {
            opening--;
            opened++;
            late = closed;
        }
        if (late) {
            lane.close();
        } else {
            grantNext(lane, false);
        }
    }

    /** Nobody can be served by a lane that is not there; with no other lane all that wait are told why. */
    void notOpened(Throwable error) {
        List<Waiter> refused = new ArrayList<>();
        synchronized (this) {
            opening--;
            if (opened == 0 && opening == 0) {
                refused.addAll(waiters.values());
                waiters.clear();
                waiting.clear();
            }
        }
        refused.forEach(waiter -> waiter.refuse(error));
    }

    private void grantNext(Lane lane, boolean back) {
        Waiter next;
        Lease lease = null;
        synchronized (this) {
            if (back) {
                lent.remove(lane);
            }
            next = closed ? null : nextWaiter();
            if (next != null) {
                lease = lend(lane);
            } else if (!closed) {
                idle.addLast(lane);
            }
        }
        if (next != null && lease != null) {
            next.grant(lease);
        }
    }

    private @Nullable Waiter nextWaiter() {
        while (true) {
            Waiter next = waiting.poll();
            if (next == null || waiters.remove(next.user, next)) {
                return next;
            }
        }
    }

    void abandon(LaneUser user) {
        Waiter waiter;
        synchronized (this) {
            waiter = remove(user);
        }
        if (waiter != null) {
            waiter.dispose();
        }
    }

    /** Those that wait no longer stay in the queue until they are passed over, or until they are too many. */
    private @Nullable Waiter remove(LaneUser user) {
        Waiter waiter = waiters.remove(user);
        if (waiting.size() > 2 * waiters.size() + FEW) {
            waiting.removeIf(other -> waiters.get(other.user) != other);
        }
        return waiter;
    }

    private void timedOut(LaneUser user) {
        Waiter waiter;
        int busy;
        synchronized (this) {
            waiter = remove(user);
            busy = lent.size();
        }
        if (waiter != null) {
            user.refused(new R2dbcTimeoutException(
                    "%s: no turn within %d ms (%d of %d in use, longest for %d ms); shorten what holds them, consume or cancel open results, or raise acquireTimeout"
                            .formatted(purpose, config.acquireTimeout().toMillis(), busy, size, oldestMillis()),
                    SqliteErrors.LOCKED));
        }
    }

    private R2dbcTransientResourceException full() {
        return new R2dbcTransientResourceException(
                "%s: %,d wait already, the limit; start fewer at once, or raise transactionsWaiting"
                        .formatted(purpose, config.transactionsWaiting()),
                SqliteErrors.LOCKED);
    }

    synchronized long oldestMillis() {
        long now = timer.now(TimeUnit.MILLISECONDS);
        return lent.values().stream().mapToLong(loan -> now - loan.since).max().orElse(0);
    }

    /** How many loans have become longer than this since this was asked last. */
    synchronized long newlyLongerThan(long millis) {
        long now = timer.now(TimeUnit.MILLISECONDS);
        List<Loan> found = lent.values().stream()
                .filter(loan -> !loan.reported && now - loan.since >= millis)
                .toList();
        found.forEach(loan -> loan.reported = true);
        return found.size();
    }

    synchronized int busy() {
        return lent.size();
    }

    synchronized int open() {
        return opened;
    }

    synchronized int waiting() {
        return waiters.size();
    }

    /** Refuses all that wait and gives out the lanes, to be closed. */
    List<Lane> close() {
        List<Waiter> refused;
        List<Lane> lanes;
        synchronized (this) {
            closed = true;
            refused = List.copyOf(waiters.values());
            waiters.clear();
            waiting.clear();
            lanes = new ArrayList<>(idle);
            lanes.addAll(lent.keySet());
            idle.clear();
        }
        refused.forEach(waiter -> waiter.refuse(SqliteErrors.closed(purpose)));
        return lanes;
    }

    private static final class Loan {

        final long since;
        boolean reported;

        Loan(long since) {
            this.since = since;
        }
    }

    private static final class Waiter {

        final LaneUser user;
        volatile @Nullable Disposable timeout;

        Waiter(LaneUser user) {
            this.user = user;
        }

        void grant(Lease lease) {
            dispose();
            user.granted(lease);
        }

        void refuse(Throwable error) {
            dispose();
            user.refused(error);
        }

        void dispose() {
            Disposable timer = timeout;
            if (timer != null) {
                timer.dispose();
            }
        }
    }
}
