package io.headrace.core.coalesce;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One queue for all that is asked outside transactions and one for each transaction that asks, so that the two never share
 * a statement. The queue of a transaction is there only while something of it waits or is in flight.
 */
final class Queues<P, A> {

    /** Makes an empty batch. */
    @FunctionalInterface
    interface BatchFactory<P, A> {
        /** For the session of a transaction, or for none. */
        Batch<P, A> batchOn(@Nullable Session transaction);
    }

    private final String name;
    private final Sessions sessions;
    private final Limits limits;
    private final BatchFactory<P, A> batches;
    private final Gatherer<P, A> outside;
    private final Map<Session, Gatherer<P, A>> inside = new ConcurrentHashMap<>();

    Queues(String name, Sessions sessions, Limits limits, BatchFactory<P, A> batches) {
        this.name = name;
        this.sessions = sessions;
        this.limits = limits;
        this.batches = batches;
        this.outside = new Gatherer<>(name, limits, Context.empty(), () -> batches.batchOn(null), null);
    }

    /** Puts these into the queue of the transaction in this context, or of none. */
    void offer(ContextView context, List<? extends Waiter<P, A>> waiters) {
        Session transaction = sessions.current(context);
        if (transaction == null) {
            requireOpen(outside.offer(waiters));
            return;
        }
        boolean taken;
        do {
            taken = inside.computeIfAbsent(transaction, this::gathererOf).offer(waiters);
        } while (!taken);
    }

    /** How many transactions have a queue now. */
    int transactions() {
        return inside.size();
    }

    int waitingOutside() {
        return outside.waiting();
    }

    /** What the callers have in their contexts stays with them: a batch is nobody's in particular. */
    private Gatherer<P, A> gathererOf(Session transaction) {
        return new Gatherer<>(
                name,
                limits.oneAtATime(),
                sessions.bind(transaction, Context.empty()),
                () -> batches.batchOn(transaction),
                () -> inside.remove(transaction));
    }

    private static void requireOpen(boolean taken) {
        if (!taken) {
            throw new IllegalStateException("the queue outside transactions never retires");
        }
    }
}
