package io.headrace.core.coalesce;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * The subscription of one subscriber who waits for at most one value. Whatever comes second of an answer, an error and a
 * cancel is ignored, silently: an error that many are told is of no interest to one who has gone.
 */
final class Reply<A> implements Subscription {

    /*
     * OPEN -> REQUESTED by demand; OPEN -> HOLDING by a value that came before the demand, HOLDING -> DONE by the
     * demand; REQUESTED -> DONE by a value; OPEN or REQUESTED -> DONE by an error or the answer that there is no
     * value; all but DONE -> CANCELLED. Whoever makes the transition signals.
     */
    private enum State {
        OPEN,
        REQUESTED,
        HOLDING,
        DONE,
        CANCELLED
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(Reply.class);

    private final CoreSubscriber<? super A> actual;
    private final Runnable onCancel;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /** Written before HOLDING, read after it. */
    private @Nullable A held;

    Reply(CoreSubscriber<? super A> actual, Runnable onCancel) {
        this.actual = actual;
        this.onCancel = onCancel;
    }

    /** Whether it waits no more; a value that is held for its demand is an answer. */
    boolean isOver() {
        State now = state.get();
        return now != State.OPEN && now != State.REQUESTED;
    }

    @Override
    public void request(long n) {
        if (!Operators.validate(n) || state.compareAndSet(State.OPEN, State.REQUESTED)) {
            return;
        }
        A value = state.get() == State.HOLDING ? held : null;
        if (value != null && state.compareAndSet(State.HOLDING, State.DONE)) {
            emit(value);
        }
    }

    @Override
    public void cancel() {
        State before = state.getAndUpdate(now -> now == State.DONE ? now : State.CANCELLED);
        if (before == State.OPEN || before == State.REQUESTED) {
            onCancel.run();
        }
    }

    void answer(@Nullable A value) {
        if (value == null) {
            if (end()) {
                signal(actual::onComplete);
            }
        } else if (state.compareAndSet(State.REQUESTED, State.DONE)) {
            emit(value);
        } else if (state.get() == State.OPEN) {
            held = value;
            if (!state.compareAndSet(State.OPEN, State.HOLDING) && state.compareAndSet(State.REQUESTED, State.DONE)) {
                emit(value);
            }
        }
    }

    /** Whether it was this that ended the wait. */
    @CanIgnoreReturnValue
    boolean fail(Throwable error) {
        boolean ends = end();
        if (ends) {
            signal(() -> actual.onError(error));
        }
        return ends;
    }

    private boolean end() {
        return state.compareAndSet(State.REQUESTED, State.DONE)
                || state.compareAndSet(State.OPEN, State.DONE)
                || state.compareAndSet(State.REQUESTED, State.DONE);
    }

    private void emit(A value) {
        signal(() -> {
            actual.onNext(value);
            actual.onComplete();
        });
    }

    /** A subscriber that throws breaks the rules, and must not break the others of its batch with them. */
    private static void signal(Runnable signal) {
        try {
            signal.run();
        } catch (RuntimeException error) {
            LOGGER.error("A subscriber threw when it was told its answer", error);
        }
    }
}
