package io.headrace.pool;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Operators;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;
import reactor.util.context.Context;

/**
 * One caller that wants one connection, from its first request to its one answer.
 *
 * <p><b>One decision.</b> A connection, an error of the pool below, the deadline, a close of the pool and the caller's
 * cancel may come at the same time from different threads. {@link #decide()} lets exactly one of them win. A connection
 * that loses goes back to the pool at once; nothing else has anything to clean up. What the caller does with a connection
 * that it was given while it cancelled is its own affair, as with every publisher.
 *
 * <p><b>Attempts.</b> An idle connection may turn out to be dead. Then the next one is tried, within the same deadline.
 */
final class Acquisition implements Subscription {

    private final Lender lender;
    private final CoreSubscriber<? super Connection> caller;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean decided = new AtomicBoolean();
    private final Disposable.Swap attempt = Disposables.swap();
    private final Disposable.Swap deadline = Disposables.swap();

    /** Why the last connection was dropped; written and read by one attempt after the other. */
    private volatile @Nullable DeadConnectionException lastDead;

    Acquisition(Lender lender, CoreSubscriber<? super Connection> caller) {
        this.lender = lender;
        this.caller = caller;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n) && started.compareAndSet(false, true) && !decided.get()) {
            lender.gate().enter(this);
            deadline.update(lender.timing().after(lender.timeouts().acquire(), this::deadlinePassed));
            attempt();
        }
    }

    @Override
    public void cancel() {
        if (decide()) {
            attempt.dispose();
        }
    }

    void poolClosed() {
        fail(new PoolClosedException(lender.name(), null));
    }

    private void deadlinePassed() {
        // read before this waiter leaves the queue, so that the message counts it
        PoolSnapshot snapshot = lender.snapshot();
        fail(new PoolAcquireTimeoutException(lender.timeouts().acquire(), snapshot, lastDead));
    }

    private void attempt() {
        if (!lender.gate().pass()) {
            poolClosed();
            return;
        }
        try {
            Attempt next = new Attempt();
            attempt.update(next);
            if (!decided.get()) {
                lender.connections().create().subscribe(next);
            }
        } finally {
            lender.gate().passed();
        }
    }

    private void fail(Throwable reason) {
        if (decide()) {
            attempt.dispose();
            caller.onError(reason);
        }
    }

    /** True for the one signal that decides what becomes of this acquisition. */
    private boolean decide() {
        if (!decided.compareAndSet(false, true)) {
            return false;
        }
        deadline.dispose();
        lender.gate().leave(this);
        return true;
    }

    private final class Attempt extends BaseSubscriber<Connection> {

        @Override
        protected void hookOnNext(Connection pooled) {
            // lent first and decided then, so that a close which this caller outruns finds the connection lent
            LentConnection lent = new LentConnection(lender.name(), pooled);
            if (decide()) {
                caller.onNext(lent);
                caller.onComplete();
            } else {
                lent.abandon();
                // Not pooled.close(): the cancel of whoever won may have given the connection back already, and it may
                // serve somebody else by now. Both cancels together give it back once.
                cancel();
            }
        }

        @Override
        protected void hookOnError(Throwable reason) {
            if (reason instanceof DeadConnectionException dead) {
                lastDead = dead;
                if (!decided.get()) {
                    attempt();
                }
            } else if (reason instanceof PoolAcquirePendingLimitException) {
                fail(new PoolExhaustedException(lender.snapshot(), reason));
            } else if (reason instanceof PoolShutdownException) {
                fail(new PoolClosedException(lender.name(), reason));
            } else {
                fail(reason);
            }
        }

        @Override
        public Context currentContext() {
            return caller.currentContext();
        }
    }
}
