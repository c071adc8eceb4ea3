package io.headrace.core.coalesce;

import org.jspecify.annotations.Nullable;

/**
 * One who waits for an answer. The fields are the gatherer's business; an answer after a cancel is ignored.
 *
 * @param <P> what it asks for
 * @param <A> what it is answered
 */
abstract class Waiter<P, A> {

    final P payload;

    /** Set once, before the waiter waits; read by a cancel on any thread. */
    volatile @Nullable Gatherer<P, A> gatherer;

    /** Guarded by the gatherer's lock, as is {@link #gone}. */
    @Nullable
    Batch<P, A> batch;

    boolean gone;

    Waiter(P payload) {
        this.payload = payload;
    }

    /** Whether it waits no more: answered, failed or cancelled. */
    abstract boolean isOver();

    /** Null is the answer that there is none. */
    abstract void answer(@Nullable A answer);

    abstract void fail(Throwable error);

    final void withdraw() {
        Gatherer<P, A> known = gatherer;
        if (known != null) {
            known.withdraw(this);
        }
    }

    final void withdrawIfOver() {
        if (isOver()) {
            withdraw();
        }
    }
}
