package io.headrace.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * One computation that several callers wait for. It starts with its first caller and is cancelled when the last one
 * has left.
 *
 * @param <V> the type of the value
 */
final class Flight<V> {

    private final Disposable.Swap upstream = Disposables.swap();
    private final ObjIntConsumer<Flight<V>> onEnd;
    private final List<MonoSink<V>> callers = new ArrayList<>(1); // guarded by this
    private boolean ended; // guarded by this
    private volatile LongAdder countedAs;

    /** {@code onEnd} is called once, before any caller hears of the end, with the number of callers. */
    Flight(LongAdder countedAs, ObjIntConsumer<Flight<V>> onEnd) {
        this.countedAs = countedAs;
        this.onEnd = onEnd;
    }

    /** Adds a caller; false when the flight is over and a new one is needed. */
    boolean join(MonoSink<V> caller) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            callers.add(caller);
        }
        caller.onCancel(() -> leave(caller));
        return true;
    }

    /** Where the callers of this flight are counted. */
    void countAs(LongAdder counter) {
        countedAs = counter;
    }

    LongAdder countedAs() {
        return countedAs;
    }

    void start(Mono<V> source, MonoSink<V> first) {
        upstream.replace(source.subscribe(this::succeed, this::fail, () -> succeed(null), first.currentContext()));
    }

    private void leave(MonoSink<V> caller) {
        synchronized (this) {
            if (!callers.remove(caller) || !callers.isEmpty() || ended) {
                return;
            }
            ended = true;
        }
        onEnd.accept(this, 0);
        upstream.dispose();
    }

    private void succeed(@Nullable V value) {
        end().forEach(caller -> caller.success(value));
    }

    private void fail(Throwable error) {
        end().forEach(caller -> caller.error(error));
    }

    private List<MonoSink<V>> end() {
        List<MonoSink<V>> waiting;
        synchronized (this) {
            if (ended) {
                return List.of();
            }
            ended = true;
            waiting = List.copyOf(callers);
            callers.clear();
        }
        onEnd.accept(this, waiting.size());
        return waiting;
    }
}
