package io.headrace.core.observe;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.ContextView;

/** The listeners of one database. Immutable. */
public final class StatementSignals {

    private final List<StatementListener> listeners;
    private final Scheduler clock;

    /**
     * @param listeners who is told, in this order
     * @param clock whose time is measured
     */
    public StatementSignals(List<StatementListener> listeners, Scheduler clock) {
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
    }

    /** Whether nobody listens; then there is nothing to observe. */
    public boolean isSilent() {
        return listeners.isEmpty();
    }

    /**
     * The stream with its signals told.
     *
     * @param start what it is, given the subscriber's context
     * @param rowsOf how many rows an element counts for
     */
    public <T> Flux<T> observe(
            Function<ContextView, StatementStart> start, ToLongFunction<? super T> rowsOf, Flux<T> source) {
        return new ObservedFlux<>(this, start, rowsOf, source, false);
    }

    /** The same for a single value. */
    public <T> Mono<T> observe(
            Function<ContextView, StatementStart> start, ToLongFunction<? super T> rowsOf, Mono<T> source) {
        return Mono.fromDirect(new ObservedFlux<>(this, start, rowsOf, source, true));
    }

    StatementExecution start(StatementStart start, ContextView context) {
        StatementObserver[] observers = new StatementObserver[listeners.size()];
        for (int i = 0; i < observers.length; i++) {
            observers[i] = observer(listeners.get(i), start, context);
        }
        return new StatementExecution(start, clock, observers);
    }

    private static StatementObserver observer(StatementListener listener, StatementStart start, ContextView context) {
        try {
            return listener.started(start, context);
        } catch (RuntimeException | LinkageError error) {
            StatementExecution.ignored(listener, error);
            return StatementObserver.NONE;
        }
    }
}
