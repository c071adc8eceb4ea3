package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A caller who waits for permits. Exactly one of delivery, error and cancel ends it; permits that were granted to somebody
 * who has left are given back, so the request itself is never cancelled.
 */
final class RatePlace {

    private enum State {
        ASKING,
        WAITING,
        ENDED,
        LEFT
    }

    private final Function<Duration, Mono<RateDecision>> ask;
    private final Consumer<RateDecision> giveBack;
    private final Function<RateDecision, RedisException> tooLate;
    private final Timing timing;
    private final MonoSink<RateDecision> caller;
    private final long deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKING);
    private final Disposable.Swap timer = Disposables.swap();
    private volatile @Nullable RateDecision place;

    RatePlace(
            Function<Duration, Mono<RateDecision>> ask,
            Consumer<RateDecision> giveBack,
            Function<RateDecision, RedisException> tooLate,
            Timing timing,
            Duration longest,
            MonoSink<RateDecision> caller) {
        this.ask = ask;
        this.giveBack = giveBack;
        this.tooLate = tooLate;
        this.timing = timing;
        this.caller = caller;
        this.deadline = timing.nanos() + longest.toNanos();
    }

    void start() {
        caller.onCancel(() -> {
            timer.dispose();
            boolean waiting = state.getAndSet(State.LEFT) == State.WAITING;
            RateDecision held = place;
            if (waiting && held != null) {
                giveBack.accept(held);
            }
        });
        request();
    }

    private void request() {
        Duration left = Duration.ofNanos(Math.max(0, deadline - timing.nanos()));
        ask.apply(left).subscribe(decision -> answered(decision, left), this::fail);
    }

    private void answered(RateDecision decision, Duration left) {
        if (!decision.allowed()) {
            denied(decision, left);
        } else if (decision.retryAfter().isZero()) {
            deliver(State.ASKING, decision);
        } else {
            place = decision;
            if (state.compareAndSet(State.ASKING, State.WAITING)) {
                timer.replace(timing.after(decision.retryAfter(), () -> deliver(State.WAITING, decision)));
            } else {
                giveBack.accept(decision);
            }
        }
    }

    /** Only where there are no places to wait in: another try may succeed in time. */
    private void denied(RateDecision decision, Duration left) {
        if (decision.retryAfter().compareTo(left) > 0) {
            fail(tooLate.apply(decision));
        } else if (state.get() == State.ASKING) {
            timer.replace(timing.after(decision.retryAfter(), this::request));
        }
    }

    private void deliver(State from, RateDecision decision) {
        if (state.compareAndSet(from, State.ENDED)) {
            caller.success(new RateDecision(
                    true, decision.remaining(), Duration.ZERO, decision.resetAfter(), decision.withoutRedis()));
        } else if (from == State.ASKING) {
            giveBack.accept(decision);
        }
    }

    private void fail(Throwable error) {
        if (state.compareAndSet(State.ASKING, State.ENDED)) {
            caller.error(error);
        }
    }
}
