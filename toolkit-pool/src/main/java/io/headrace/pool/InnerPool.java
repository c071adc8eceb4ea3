package io.headrace.pool;

import java.time.Duration;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.pool.InstrumentedPool;
import reactor.pool.InstrumentedPool.PoolMetrics;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;
import reactor.util.context.Context;

/**
 * reactor-pool, set up so that it only holds and queues; how many there may be, time limits, validation and clean-up are
 * ours. Beside acquire and release it is asked for three things here: to take one connection more, to look at its queue
 * again, and to let go of idle connections that have ended. None of these may run while it is being disposed of.
 */
final class InnerPool {

    /** Not used as a time: see {@link Sweep}. */
    private static final Duration WHEN_TOLD = Duration.ofSeconds(30);

    private final Capacity capacity;
    private final Sweep sweep = new Sweep();
    private final InstrumentedPool<HeldConnection> connections;

    InnerPool(Opener opener, Capacity capacity, Timing timing) {
        this.capacity = capacity;
        Mono<HeldConnection> opening = opener.create().subscribeOn(timing.connecting());
        this.connections = PoolBuilder.from(
                        Mono.deferContextual(caller -> caller.hasKey(PassingBy.class) ? PassingBy.NO_NEED : opening))
                .clock(timing.clock())
                .allocationStrategy(capacity)
                .maxPendingAcquire(capacity.sizing().maxWaiting())
                // the least used ones stay unused, and age
                .idleResourceReuseMruOrder()
                .evictionPredicate((held, metadata) -> hasEnded(held))
                .evictInBackground(WHEN_TOLD, sweep)
                .destroyHandler(HeldConnection::close)
                .buildPool();
    }

    /** Asked by reactor-pool on the way out, on the way in and in a sweep. */
    private boolean hasEnded(HeldConnection held) {
        if (held.isRetired()) {
            return true;
        }
        if (capacity.takeSurplus(this::waiting)) {
            held.retire(CloseCause.SURPLUS);
            return true;
        }
        return false;
    }

    Capacity capacity() {
        return capacity;
    }

    PoolMetrics numbers() {
        return connections.metrics();
    }

    int waiting() {
        return connections.metrics().pendingAcquireSize();
    }

    Mono<PooledRef<HeldConnection>> acquire() {
        return connections.acquire();
    }

    Mono<Void> dispose() {
        return Mono.defer(connections::disposeLater);
    }

    /** Begins to open one connection more on a permit that was claimed. No cancel stops it. */
    Mono<Void> openOne() {
        Sinks.Empty<Void> end = Sinks.empty();
        connections.warmup().subscribe(count -> {}, end::tryEmitError, end::tryEmitEmpty);
        return end.asMono();
    }

    /**
     * Has connections that came or may be opened go to callers who wait. reactor-pool looks at its queue only when
     * somebody acquires or gives back, and then serves one or two; so somebody acquires who leaves at once.
     */
    void serve() {
        for (int calls = Math.min(waiting(), connections.metrics().idleSize() + capacity.estimatePermitCount());
                calls > 0;
                calls--) {
            connections.acquire().subscribe(new PassingBy());
        }
    }

    /** Closes idle connections that have ended or are too many; not all of them if the pool is busy just then. */
    void sweep() {
        sweep.run();
    }

    private static final class PassingBy implements CoreSubscriber<PooledRef<HeldConnection>> {

        /** The answer when its turn comes because nobody else waits any more: nothing is opened, and the permit goes back. */
        static final Mono<HeldConnection> NO_NEED =
                Mono.error(new DeadConnectionException("nobody waits for a connection", null));

        private static final Context SAYS_SO = Context.of(PassingBy.class, true);

        @Override
        public Context currentContext() {
            return SAYS_SO;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(1);
            subscription.cancel();
        }

        @Override
        public void onNext(PooledRef<HeldConnection> ref) {
            ref.poolable().loanBegun();
            ref.poolable().putBack(ref);
        }

        @Override
        public void onError(Throwable error) {
            // the queue is full, or nobody waits: nothing to do with anybody else
        }

        @Override
        public void onComplete() {}
    }
}
