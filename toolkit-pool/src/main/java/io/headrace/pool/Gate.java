package io.headrace.pool;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Decides between acquire, suspend and close.
 *
 * <p>reactor-pool can leave an acquire that races its disposal without any answer. So an acquire enters by this gate and
 * leaves by it when it has its answer and none of its calls into the pool below runs any more. A close shuts the gate and
 * touches the pool below only when all have left ({@link #quiet()}).
 *
 * <p>A suspended pool lets callers in, but hands them nothing. When it lends again, those who came meanwhile are asked in
 * their order first, and newcomers still wait behind them ({@link #isHolding()}).
 */
final class Gate {

    private static final long SHUT = 1L << 62;
    private static final long SUSPENDED = 1L << 61;
    private static final long HOLDING = 1L << 60;
    private static final long INSIDE = HOLDING - 1;

    /** Flags, plus the number of acquires inside. */
    private final AtomicLong state = new AtomicLong();

    private final Sinks.Empty<Void> quiet = Sinks.empty();

    /** Whether the gate was open; if so, {@link #leave()} has to follow, once. */
    boolean enter() {
        long now;
        do {
            now = state.get();
            if (now >= SHUT) {
                return false;
            }
        } while (!state.compareAndSet(now, now + 1));
        return true;
    }

    void leave() {
        if (state.decrementAndGet() == SHUT) {
            quiet.tryEmitEmpty();
        }
    }

    boolean isOpen() {
        return state.get() < SHUT;
    }

    /** Whether nothing may be handed to anybody. */
    boolean isSuspended() {
        return (state.get() & SUSPENDED) != 0;
    }

    /** Whether newcomers have to wait, though there may be idle connections. */
    boolean isHolding() {
        return (state.get() & HOLDING) != 0;
    }

    /** Hands nothing out any more. False if that was so already, or if the gate is shut. */
    boolean suspend() {
        long before = state.getAndUpdate(now -> now >= SHUT ? now : now | SUSPENDED | HOLDING);
        return before < SHUT && (before & SUSPENDED) == 0;
    }

    /** Lends again to those who wait already; {@link #endHolding()} has to follow. False if there was no suspension. */
    boolean resume() {
        return (state.getAndUpdate(now -> now & ~SUSPENDED) & SUSPENDED) != 0;
    }

    /** Lends to newcomers too, unless somebody has suspended the pool again. */
    void endHolding() {
        state.updateAndGet(now -> (now & SUSPENDED) == 0 ? now & ~HOLDING : now);
    }

    /** Lets nobody in any more, and ends a suspension. */
    void shut() {
        if ((state.getAndUpdate(now -> SHUT | (now & INSIDE)) & INSIDE) == 0) {
            quiet.tryEmitEmpty();
        }
    }

    /** Completes when the gate is shut and everybody has left. */
    Mono<Void> quiet() {
        return quiet.asMono();
    }
}
