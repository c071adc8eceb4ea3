package io.headrace.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Decides between acquire and close.
 *
 * <p>reactor-pool can leave an acquire that races its disposal without any answer. So an acquire passes the gate each
 * time it subscribes to the pool below, and a close shuts the gate, fails every waiting acquire itself and disposes of
 * the pool below only when nobody is between the gate and the pool any more ({@link #quiet()}).
 */
final class Gate {

    private static final long SHUT = 1L << 62;

    /** {@link #SHUT} or not, plus the number of acquires that are just now subscribing to the pool below. */
    private final AtomicLong state = new AtomicLong();

    private final Set<Acquisition> waiting = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> quiet = Sinks.empty();

    /**
     * Makes an acquisition known, so that a close can fail it. It need not ask whether the gate is open: whoever comes
     * too late to be failed by {@link #shut()} does not {@link #pass()} either.
     */
    void enter(Acquisition acquisition) {
        waiting.add(acquisition);
    }

    void leave(Acquisition acquisition) {
        waiting.remove(acquisition);
    }

    /** Whether the caller may subscribe to the pool below now; if so, it must call {@link #passed()} afterwards. */
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

    /** Completes when the gate is shut and nobody is on the way to the pool below. */
    Mono<Void> quiet() {
        return quiet.asMono();
    }
}
