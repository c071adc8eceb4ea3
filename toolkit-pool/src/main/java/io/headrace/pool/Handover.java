package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.pool.PooledRef;

/**
 * Brings one connection to its next borrower, on the event loop that the connection lives on.
 *
 * <p>reactor-pool hands connections out in a loop that only one thread at a time is in, and on the thread of whoever
 * acquires or gives back. What a borrower does with its connection must not run in that loop, or the others would wait for
 * it. A hop to the connection's event loop gets out of it, but costs a task and often the wake-up of a thread. Most
 * connections are given back on their own event loop and go to somebody who waits: those are handed over on the spot, as
 * soon as the call into reactor-pool has returned.
 *
 * <p>A connection that names no scheduler is handed over where it is.
 */
final class Handover {

    private final @Nullable Scheduler loop;

    /** The thread that the loop last ran on, which for an event loop is the only one; null until the first hop. */
    private volatile @Nullable Thread thread;

    /*
     * Threads that call themselves here; each compares with itself only, so that a value of another thread is as good as
     * none and neither field needs to be volatile.
     */
    private @Nullable Thread givingBack;
    private @Nullable Thread handingOn;

    /** Gets the connection when the thread in {@link #givingBack} or {@link #handingOn} comes to it. */
    private final AtomicReference<@Nullable Acquisition> next = new AtomicReference<>();

    Handover(Connection driver) {
        this.loop = loopOf(driver);
    }

    private static @Nullable Scheduler loopOf(Connection driver) {
        if (!(driver instanceof Wrapped<?> wrapped)) {
            return null;
        }
        Scheduler scheduler = wrapped.unwrap(Scheduler.class);
        if (scheduler != null) {
            return scheduler;
        }
        Executor executor = wrapped.unwrap(Executor.class);
        return executor == null ? null : Schedulers.fromExecutor(executor);
    }

    /** Called in reactor-pool's loop. */
    void to(Acquisition borrower) {
        if (loop != null && givingBack == Thread.currentThread()) {
            next.set(borrower);
        } else {
            hop(borrower);
        }
    }

    /** Called outside of it. */
    void at(Acquisition borrower) {
        if (Thread.currentThread() == thread) {
            borrower.receive();
        } else {
            hop(borrower);
        }
    }

    private void hop(Acquisition borrower) {
        if (loop != null) {
            try {
                loop.schedule(borrower);
                return;
            } catch (RejectedExecutionException ended) {
                // an event loop that has ended took its connections with it, which the borrower finds out by itself
            }
        }
        borrower.receive();
    }

    void arrived() {
        Thread here = Thread.currentThread();
        if (thread != here) {
            thread = here;
        }
    }

    /** Gives the connection back; {@link #on} has to follow. */
    void back(PooledRef<HeldConnection> ref) {
        Thread here = Thread.currentThread();
        if (here != thread) {
            ref.release().subscribe(Unheard.INSTANCE);
            return;
        }
        givingBack = here;
        try {
            ref.release().subscribe(Unheard.INSTANCE);
        } finally {
            givingBack = null;
        }
    }

    /** Hands the connection to whoever got it by {@link #back}, if somebody did. */
    void on() {
        Thread here = Thread.currentThread();
        if (handingOn == here || next.get() == null) {
            // a borrower that gives back at once is in the loop below already: no recursion, however many do
            return;
        }
        handingOn = here;
        try {
            for (Acquisition borrower = next.getAndSet(null); borrower != null; borrower = next.getAndSet(null)) {
                borrower.receive();
            }
        } finally {
            handingOn = null;
        }
    }
}
