package io.headrace.pool;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long a connection counts: until the server has let it go and its last borrower has given it back, or has been given
 * up. A closing pool waits for that. Two loans of one connection overlap for a moment when it is handed on.
 */
final class Tenure {

    private static final int GONE = 1 << 28;
    private static final int GIVEN_UP = 1 << 29;
    private static final int OVER = 1 << 30;
    private static final int FLAGS = GONE | GIVEN_UP | OVER;

    /** The number of loans, and flags. */
    private final AtomicInteger state = new AtomicInteger();

    private final Runnable over;

    Tenure(Runnable over) {
        this.over = over;
    }

    void loanBegun() {
        state.incrementAndGet();
    }

    /** Whether it was the last loan. */
    boolean loanEnded() {
        int now = state.decrementAndGet();
        endIfOver(now);
        return isFree(now);
    }

    boolean isFree() {
        return isFree(state.get());
    }

    /** The server has let go. */
    void gone() {
        endIfOver(set(GONE));
    }

    /** Whoever holds the connection is not waited for any more. */
    void givenUp() {
        endIfOver(set(GIVEN_UP));
    }

    private int set(int flag) {
        return state.updateAndGet(now -> now | flag);
    }

    private static boolean isFree(int now) {
        return (now & ~FLAGS) == 0;
    }

    private void endIfOver(int now) {
        boolean gone = (now & GONE) != 0;
        boolean awaited = !isFree(now) && (now & GIVEN_UP) == 0;
        if (gone && !awaited && (state.getAndUpdate(before -> before | OVER) & OVER) == 0) {
            over.run();
        }
    }
}
