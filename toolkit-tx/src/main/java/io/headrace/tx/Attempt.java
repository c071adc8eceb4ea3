package io.headrace.tx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of one item: kept, or rolled back to the savepoint before it and skipped.
 *
 * @param <T> the item
 * @param <R> what the work on it gave
 */
public sealed interface Attempt<T, R> {

    /** The item. */
    T item();

    /** Whether the work on the item stays. */
    boolean isKept();

    /** What the work gave; empty where it gave nothing or was skipped. */
    Optional<R> result();

    /** Why the item was skipped; empty where it was kept. */
    Optional<Throwable> reason();

    /**
     * The work on this item stays, if the transaction commits.
     *
     * @param item the item
     * @param value what the work gave, null where it completed without a value
     */
    record Kept<T, R>(T item, @Nullable R value) implements Attempt<T, R> {

        @Override
        public boolean isKept() {
            return true;
        }

        @Override
        public Optional<R> result() {
            return Optional.ofNullable(value);
        }

        @Override
        public Optional<Throwable> reason() {
            return Optional.empty();
        }
    }

    /**
     * The work on this item failed and what it had done in the database is undone.
     *
     * @param item the item
     * @param error what it failed with
     */
    record Skipped<T, R>(T item, Throwable error) implements Attempt<T, R> {

        @Override
        public boolean isKept() {
            return false;
        }

        @Override
        public Optional<R> result() {
            return Optional.empty();
        }

        @Override
        public Optional<Throwable> reason() {
            return Optional.of(error);
        }
    }
}
