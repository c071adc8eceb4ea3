package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Events on their way to one subscriber. Whoever adds one never waits and never runs the subscriber's code: that runs on a
 * timer thread, one event after the other. Of those that the subscriber does not take in time the oldest are lost.
 */
final class EventBuffer implements Subscription {

    /** More than one round of trouble in a large pool makes, and some ten kilobytes. */
    static final int LIMIT = 256;

    private final CoreSubscriber<? super PoolEvent> subscriber;
    private final Timing timing;
    private final LongFunction<PoolEvent> missed;
    private final AtomicLong requested = new AtomicLong();

    /** Calls of {@link #deliver} that were asked for; one more than that until the subscriber has its subscription. */
    private final AtomicInteger work = new AtomicInteger(1);

    private Runnable leave = () -> {};
    private volatile boolean cancelled;

    @GuardedBy("this")
    private final Queue<PoolEvent> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private long lost;

    @GuardedBy("this")
    private boolean ended;

    EventBuffer(CoreSubscriber<? super PoolEvent> subscriber, Timing timing, LongFunction<PoolEvent> missed) {
        this.subscriber = subscriber;
        this.timing = timing;
        this.missed = missed;
    }

    /** What lets the pool forget this subscriber; set before there is anything to cancel. */
    void onCancel(Runnable forget) {
        leave = forget;
    }

    /** The subscriber has its subscription. */
    void ready() {
        schedule();
    }

    void add(PoolEvent event) {
        add(event, false);
    }

    /** The end follows it. */
    void last(PoolEvent event) {
        add(event, true);
    }

    private void add(PoolEvent event, boolean isLast) {
        synchronized (this) {
            ended |= isLast;
            waiting.add(event);
            if (waiting.size() > LIMIT) {
                waiting.remove();
                lost++;
            }
        }
        wake();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            wake();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        leave.run();
    }

    private void wake() {
        if (work.getAndIncrement() == 0) {
            schedule();
        }
    }

    private void schedule() {
        try {
            timing.scheduler().schedule(this::deliver);
        } catch (RejectedExecutionException shutDown) {
            // the program ends, and nobody is left to tell
            cancel();
        }
    }

    private void deliver() {
        int seen = work.get();
        do {
            long demand = requested.get();
            long taken = 0;
            while (taken < demand && !cancelled) {
                PoolEvent event = next();
                if (event == null) {
                    break;
                }
                taken++;
                subscriber.onNext(event);
            }
            if (taken != 0 && demand != Long.MAX_VALUE) {
                requested.addAndGet(-taken);
            }
            if (isOver()) {
                return;
            }
            seen = work.addAndGet(-seen);
        } while (seen != 0);
    }

    private synchronized @Nullable PoolEvent next() {
        if (lost != 0) {
            PoolEvent gap = missed.apply(lost);
            lost = 0;
            return gap;
        }
        return waiting.poll();
    }

    /** Whether nothing more is to be told; says so to the subscriber. */
    private boolean isOver() {
        if (cancelled) {
            return true;
        }
        synchronized (this) {
            if (!ended || !waiting.isEmpty()) {
                return false;
            }
        }
        cancelled = true;
        subscriber.onComplete();
        return true;
    }
}
