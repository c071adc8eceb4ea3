package io.headrace.pool;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One reader that wants one connection: of the replicas in turn, then perhaps of the primary.
 *
 * <p>It subscribes to one pool after the other, each time when the one before has failed. {@link #decide()} lets one of a
 * connection, the last error, the deadline and the caller's cancel win; a connection that loses goes back.
 */
final class ReadAcquisition implements Subscription, CoreSubscriber<Connection> {

    private static final AtomicIntegerFieldUpdater<ReadAcquisition> STAGE =
            AtomicIntegerFieldUpdater.newUpdater(ReadAcquisition.class, "stage");

    private static final int NEW = 0;
    private static final int STARTED = 1;
    private static final int DECIDED = 2;

    private final Routes routes;
    private final CoreSubscriber<? super Connection> caller;
    private final int first;

    private volatile int stage = NEW;

    /** The pool that is asked now hears of a cancel by it. */
    private final Disposable.Swap asking = Disposables.swap();

    private volatile @Nullable Disposable timer;

    /** The pool that is asked now. */
    private volatile Pool pool;

    // written and read by one attempt after the other
    private long deadline;
    private int tried;
    private @Nullable Replica replica;
    private @Nullable Throwable failure;

    /** The error of a replica that works but has no connection to spare. */
    private @Nullable Throwable busy;

    ReadAcquisition(Routes routes, CoreSubscriber<? super Connection> caller) {
        this.routes = routes;
        this.caller = caller;
        this.pool = routes.primary();
        this.first = routes.nextTurn();
        this.deadline =
                routes.timing().nanos() + routes.primary().acquireTimeout().toNanos();
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n) || !STAGE.compareAndSet(this, NEW, STARTED)) {
            return;
        }
        deadline = routes.timing().nanos() + routes.primary().acquireTimeout().toNanos();
        Mono<Void> looks = routes.firstLooks();
        if (looks == null) {
            tryNext();
        } else {
            setTimer();
            looks.subscribe(new FirstLooks());
        }
    }

    private void tryNext() {
        while (tried < routes.replicaCount()) {
            Replica candidate = routes.replica(first + tried++);
            if (!candidate.isUsable()) {
                continue;
            }
            Throwable trouble = candidate.pool().troubleWithoutIdle();
            if (trouble != null) {
                candidate.lost(trouble);
                failure = trouble;
            } else {
                replica = candidate;
                ask(candidate.pool());
                return;
            }
        }
        replica = null;
        Throwable reason = failure;
        if (busy != null) {
            fail(busy);
        } else if (routes.fallsBack()) {
            ask(routes.primary());
        } else {
            fail(routes.refusal(reason));
        }
    }

    private void ask(Pool next) {
        boolean anew = failure == null && busy == null;
        pool = next;
        if (!anew || next.acquireTimeout().compareTo(routes.primary().acquireTimeout()) > 0) {
            // else the deadline of the pool itself is no later
            setTimer();
        }
        next.create().subscribe(this);
    }

    private void setTimer() {
        if (timer != null || stage == DECIDED) {
            return;
        }
        long left = Math.max(0, deadline - routes.timing().nanos());
        Disposable set = routes.timing().after(Duration.ofNanos(left), this::deadlinePassed);
        timer = set;
        if (stage == DECIDED) {
            set.dispose();
        }
    }

    private void deadlinePassed() {
        // read before this waiter leaves its queue, so that the message counts it
        PoolSnapshot snapshot = pool.snapshot();
        if (decide()) {
            asking.dispose();
            caller.onError(new PoolAcquireTimeoutException(routes.primary().acquireTimeout(), snapshot, null, failure));
        }
    }

    @Override
    public Context currentContext() {
        Context context = caller.currentContext();
        return replica == null ? context : context.put(Acquisition.HAS_OTHERS_TO_ASK, true);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (asking.replace(subscription::cancel)) {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(Connection connection) {
        if (decide()) {
            routes.signals().read(pool);
            caller.onNext(connection);
            caller.onComplete();
        } else {
            Mono.<Void>from(connection.close()).subscribe(Unheard.INSTANCE);
        }
    }

    @Override
    public void onComplete() {}

    @Override
    public void onError(Throwable error) {
        Replica asked = replica;
        if (stage == DECIDED) {
            return;
        }
        if (asked == null) {
            Throwable before = failure;
            if (before != null && before != error) {
                error.addSuppressed(before);
            }
            fail(error);
        } else {
            if (error instanceof PoolExhaustedException || error instanceof PoolAcquireTimeoutException) {
                busy = error;
            } else {
                asked.lost(error);
                failure = error;
            }
            tryNext();
        }
    }

    @Override
    public void cancel() {
        if (decide()) {
            asking.dispose();
        }
    }

    private void fail(Throwable error) {
        if (decide()) {
            caller.onError(error);
        }
    }

    /** True for the one signal that decides what becomes of this acquisition. */
    private boolean decide() {
        if (STAGE.getAndSet(this, DECIDED) == DECIDED) {
            return false;
        }
        Disposable set = timer;
        if (set != null) {
            set.dispose();
        }
        return true;
    }

    /** Goes on when the first looks are over. */
    private final class FirstLooks implements CoreSubscriber<Void> {

        @Override
        public Context currentContext() {
            return caller.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            ReadAcquisition.this.onSubscribe(subscription);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable error) {
            fail(error);
        }

        @Override
        public void onComplete() {
            tryNext();
        }
    }
}
