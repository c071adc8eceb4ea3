package io.headrace.pool;

import org.jspecify.annotations.Nullable;

/** One who waits with others of the same patience. The fields are the list of {@link Waiters}, and under its lock. */
abstract class Waiter {

    @Nullable
    Waiter earlier;

    @Nullable
    Waiter later;

    long deadline;

    /** Read without the lock, so that one who never had to wait need not take it. */
    volatile boolean listed;

    /** Whether it has its answer and is to be forgotten. */
    abstract boolean hasLeft();

    abstract void deadlinePassed();

    abstract void poolClosed();

    /** The pool lends again; of no meaning to one who does not wait for that. */
    abstract void poolResumed();
}
