package io.headrace.core.connection;

import io.headrace.core.error.OpenStreamException;
import io.headrace.core.error.StatementQueueFullException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The statements of one session: who may start, who waits for a place, and when the connection is quiet. The only place
 * where any of this changes; everything is guarded by {@code this}, and nobody is called under the lock.
 */
final class StatementQueue {

    private final int placesInDriver;
    private final int waitingLimit;

    /** In order of arrival. Most sessions run one statement and need none of the two, so they are made when they are. */
    private Set<TrackedStatement<?>> waiting = Set.of();

    private List<Sinks.Empty<Void>> awaitingQuiet = List.of();
    private int inDriver;
    private boolean launching;
    private boolean sealed;

    /** The statement that goes on only as its subscriber asks: whatever is started behind it may wait for ever. */
    private @Nullable TrackedStatement<?> open;

    StatementQueue(int placesInDriver, int waitingLimit) {
        this.placesInDriver = placesInDriver;
        this.waitingLimit = waitingLimit;
    }

    /**
     * Takes a statement whose first rows have been asked for, and launches it now or later.
     *
     * @param onDemand whether only some of its rows were asked for
     * @return why it is not taken; null where it is, or where it was cancelled before
     */
    @Nullable
    RuntimeException enter(TrackedStatement<?> statement, boolean onDemand) {
        synchronized (this) {
            if (statement.phase != TrackedStatement.Phase.NEW) {
                return null;
            }
            RuntimeException refusal = refusalOf(statement);
            if (refusal != null) {
                statement.phase = TrackedStatement.Phase.OVER;
                return refusal;
            }
            if (onDemand) {
                open = statement;
            }
            if (mustWait()) {
                statement.phase = TrackedStatement.Phase.WAITING;
                if (waiting.isEmpty()) {
                    waiting = new LinkedHashSet<>();
                }
                waiting.add(statement);
                return null;
            }
            statement.phase = TrackedStatement.Phase.IN_DRIVER;
            inDriver++;
        }
        statement.launch();
        return null;
    }

    private @Nullable RuntimeException refusalOf(TrackedStatement<?> statement) {
        if (sealed) {
            return new SessionEndedException();
        }
        if (open != null) {
            return new OpenStreamException(statement.label() + " was not started: on its connection the rows of "
                    + open.label() + " are still being read on demand, so it would wait for that stream, and the stream"
                    + " perhaps for it. Start it when those rows have ended (collect them by collectList(); put streams"
                    + " one behind the other by concatMap instead of flatMap), or read them outside the transaction, on"
                    + " a connection of their own.");
        }
        if (mustWait() && waiting.size() >= waitingLimit) {
            return new StatementQueueFullException(statement.label() + " was not started: on its connection " + inDriver
                    + " statements are in flight (limit " + placesInDriver + ") and " + waiting.size()
                    + " are waiting (limit " + waitingLimit
                    + "). Start fewer at once, such as by the concurrency of flatMap, or write in bulk.");
        }
        return null;
    }

    /** One that is polled but not yet launched must not be overtaken, so nobody passes while that happens. */
    private boolean mustWait() {
        return launching || inDriver >= placesInDriver || !waiting.isEmpty();
    }

    /** The rest of its rows has been asked for: it will end by itself. */
    synchronized void runsOut(TrackedStatement<?> statement) {
        if (open == statement) {
            open = null;
        }
    }

    /**
     * Its subscriber has gone.
     *
     * @return whether the driver has it and must be told
     */
    boolean cancel(TrackedStatement<?> statement) {
        synchronized (this) {
            runsOut(statement);
            if (statement.phase == TrackedStatement.Phase.IN_DRIVER) {
                return true;
            }
            if (statement.phase == TrackedStatement.Phase.WAITING) {
                waiting.remove(statement);
            }
            statement.phase = TrackedStatement.Phase.OVER;
        }
        tellIfQuiet();
        return false;
    }

    /** The driver has ended with it. */
    void ended(TrackedStatement<?> statement) {
        synchronized (this) {
            runsOut(statement);
            statement.phase = TrackedStatement.Phase.OVER;
        }
        leave();
    }

    /** Counts something of ours as in flight, unless nothing else is; {@link #leave} ends it. */
    synchronized boolean joinIfBusy() {
        if (inDriver == 0) {
            return false;
        }
        inDriver++;
        return true;
    }

    void leave() {
        synchronized (this) {
            inDriver--;
        }
        // A loop and not recursion, for each of thousands may end before its launch has returned.
        TrackedStatement<?> next = nextToLaunch(false);
        while (next != null) {
            next.launch();
            next = nextToLaunch(true);
        }
        tellIfQuiet();
    }

    /** @param launcher whether the caller is the one who is launching; there is one at a time */
    private synchronized @Nullable TrackedStatement<?> nextToLaunch(boolean launcher) {
        if (launching && !launcher) {
            return null;
        }
        launching = !waiting.isEmpty() && inDriver < placesInDriver;
        if (!launching) {
            return null;
        }
        Iterator<TrackedStatement<?>> first = waiting.iterator();
        TrackedStatement<?> next = first.next();
        first.remove();
        next.phase = TrackedStatement.Phase.IN_DRIVER;
        inDriver++;
        return next;
    }

    /**
     * Ends the time in which statements may be started: what comes later belongs to a subscriber who has not yet heard of
     * the end, and would otherwise run behind the rollback, outside the transaction that it was written for.
     */
    void seal() {
        List<TrackedStatement<?>> refused;
        synchronized (this) {
            sealed = true;
            refused = List.copyOf(waiting);
            waiting = Set.of();
            refused.forEach(statement -> statement.phase = TrackedStatement.Phase.OVER);
            refused.forEach(this::runsOut);
        }
        refused.forEach(statement -> statement.refuse(new SessionEndedException()));
        tellIfQuiet();
    }

    synchronized boolean isQuiet() {
        return inDriver == 0 && waiting.isEmpty();
    }

    /** Completes when nothing is in flight and nothing waits. */
    synchronized Mono<Void> quiet() {
        if (isQuiet()) {
            return Mono.empty();
        }
        Sinks.Empty<Void> sink = Sinks.empty();
        if (awaitingQuiet.isEmpty()) {
            awaitingQuiet = new ArrayList<>();
        }
        awaitingQuiet.add(sink);
        return sink.asMono();
    }

    private void tellIfQuiet() {
        List<Sinks.Empty<Void>> released;
        synchronized (this) {
            if (awaitingQuiet.isEmpty() || !isQuiet()) {
                return;
            }
            released = awaitingQuiet;
            awaitingQuiet = List.of();
        }
        released.forEach(Sinks.Empty::tryEmitEmpty);
    }
}
