package io.headrace.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Decides between acquire and close.
 *
 * <p>reactor-pool can leave an acquire that races its disposal without any answer. So an acquire enters by
 * this gate and leaves by it when it has its answer and the pool below has forgotten it. A close shuts the gate, fails
 * every waiting acquire itself, and touches the pool below only when all have left ({@link #quiet()}).
 */
final class Gate {

    private static final long SHUT = 1L << 62;

    /** {@link #SHUT} or not, plus the number of acquires inside and of their calls into the pool below that run just now. */
    private final AtomicLong state = new AtomicLong();

    private final Set<Acquisition> waiting = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> quiet = Sinks.empty();

    /** Whether the gate was open; if so, {@link #leave} has to follow, once. */
    boolean enter(Acquisition acquisition) {
        if (!pass()) {
            return false;
        }
        waiting.add(acquisition);
        if (!isOpen()) {
            // shut() may have looked before the line above
            acquisition.poolClosed();
        }
        return true;
    }

    void leave(Acquisition acquisition) {
        waiting.remove(acquisition);
        passed();
    }

    /** Whether the caller may call the pool below now; if so, it must call {@link #passed()} afterwards. */
    boolean pass() {
        long now;
        do {
            now = state.get();
            if (now >= SHUT) {
                return false;
            }
        } while (!state.compareAndSet(now, now + 1));
        return true;
    }

    void passed() {
        if (state.decrementAndGet() == SHUT) {
            quiet.tryEmitEmpty();
        }
    }

    boolean isOpen() {
        return state.get() < SHUT;
    }

    /** Lets nobody pass any more and fails all who wait. */
    void shut() {
        long before = state.getAndUpdate(now -> now | SHUT);
        for (Acquisition acquisition : waiting) {
            acquisition.poolClosed();
        }
        if (before == 0) {
            quiet.tryEmitEmpty();
        }
    }

    /** Completes when the gate is shut and everybody has left. */
    Mono<Void> quiet() {
        return quiet.asMono();
    }
}
