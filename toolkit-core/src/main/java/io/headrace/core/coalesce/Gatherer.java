package io.headrace.core.coalesce;

import io.headrace.core.error.TooManyWaitingException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Decides when waiters become a batch: at once while fewer than `concurrency` batches are in flight, else when one of
 * those has ended. One gatherer belongs to one session, or to all statements outside transactions.
 *
 * @param <P> what a waiter asks for
 * @param <A> what it is answered
 */
final class Gatherer<P, A> {

    /*
     * States of a waiter; each transition happens under the lock of this gatherer.
     *
     *   NEW -> WAITING       offer: it is in `waiting`
     *   WAITING -> TAKEN     take: it is in a batch, which may not have been sent yet
     *   WAITING -> GONE      withdraw: it is out of `waiting`, nothing of it is sent
     *   TAKEN -> GONE        withdraw: its batch has one caller less, and ends early when that was the last one
     *
     * A gatherer is open until it is retired: a gatherer of a transaction retires when it is idle, so that nothing of
     * the transaction is kept. An offer to a retired one is refused and goes to a new one.
     *
     * Batches are sent by whoever makes `sending` leave zero, outside the lock, in a loop and never recursively: a
     * batch may end, and its callers come back, before send() returns.
     */
    private final String name;
    private final Limits limits;
    private final Context context;
    private final Supplier<? extends Batch<P, A>> batches;
    private final @Nullable Runnable retire;
    private final AtomicInteger sending = new AtomicInteger();

    private final Set<Waiter<P, A>> waiting = new LinkedHashSet<>();
    private int inFlight;
    private boolean retired;

    /**
     * @param name whose gatherer it is, for messages
     * @param context under which batches are sent
     * @param retire what to run once when this gatherer has become idle; null to stay open for ever
     */
    Gatherer(
            String name,
            Limits limits,
            Context context,
            Supplier<? extends Batch<P, A>> batches,
            @Nullable Runnable retire) {
        this.name = name;
        this.limits = limits;
        this.context = context;
        this.batches = batches;
        this.retire = retire;
    }

    /** Takes these waiters in, all of them or, where there is no room, none; false where this gatherer has retired. */
    boolean offer(List<? extends Waiter<P, A>> waiters) {
        boolean accepted;
        synchronized (waiting) {
            if (retired) {
                return false;
            }
            accepted = waiting.size() + waiters.size() <= limits.maxWaiting();
            if (accepted) {
                for (Waiter<P, A> waiter : waiters) {
                    waiter.gatherer = this;
                    waiting.add(waiter);
                }
            }
        }
        if (accepted) {
            // A cancel that came before the waiter knew its gatherer could not withdraw it.
            waiters.forEach(Waiter::withdrawIfOver);
            send();
        } else {
            refuse(waiters);
        }
        return true;
    }

    /** The waiter has gone. Idempotent. */
    void withdraw(Waiter<P, A> waiter) {
        Batch<P, A> left;
        synchronized (waiting) {
            if (waiter.gone) {
                return;
            }
            waiter.gone = true;
            waiting.remove(waiter);
            left = waiter.batch;
        }
        if (left != null) {
            left.callerLeft();
        }
    }

    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private void send() {
        if (sending.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Batch<P, A> batch = take(); batch != null; batch = take()) {
                batch.send(context, this::batchEnded);
            }
            missed = sending.addAndGet(-missed);
        } while (missed != 0);
    }

    private void batchEnded() {
        synchronized (waiting) {
            inFlight--;
        }
        send();
    }

    private @Nullable Batch<P, A> take() {
        boolean retiring;
        synchronized (waiting) {
            if (!waiting.isEmpty() && inFlight < limits.concurrency()) {
                inFlight++;
                return fill(batches.get());
            }
            retiring = retire != null && !retired && inFlight == 0 && waiting.isEmpty();
            retired |= retiring;
        }
        if (retiring && retire != null) {
            retire.run();
        }
        return null;
    }

    private Batch<P, A> fill(Batch<P, A> batch) {
        Iterator<Waiter<P, A>> next = waiting.iterator();
        while (next.hasNext()) {
            Waiter<P, A> waiter = next.next();
            if (!batch.add(waiter)) {
                break;
            }
            waiter.batch = batch;
            next.remove();
        }
        return batch;
    }

    /** One offer is one caller's, who is told once. */
    private void refuse(List<? extends Waiter<P, A>> waiters) {
        TooManyWaitingException error = new TooManyWaitingException(
                name + ": no room for " + waiters.size() + " more, " + waiting() + " of at most " + limits.maxWaiting()
                        + " are waiting behind " + limits.concurrency() + " batches of up to " + limits.batchSize()
                        + ". The database is slower than its callers: limit them, or raise maxWaiting");
        waiters.forEach(waiter -> waiter.fail(error));
    }
}
