package io.headrace.tx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of work that was tried behind a savepoint: kept, or rolled back and skipped. An {@link Attempt} without an
 * item.
 *
 * @param <R> what the work gave
 */
public sealed interface Trial<R> {

    /** Whether the work stays. */
    boolean isKept();

    /** What the work gave; empty where it gave nothing or was skipped. */
    Optional<R> result();

    /** Why the work was skipped; empty where it was kept. */
    Optional<Throwable> reason();

    /**
     * The work stays, if the transaction commits.
     *
     * @param value what it gave, null where it completed without a value
     */
    record Kept<R>(@Nullable R value) implements Trial<R> {

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
     * The work failed and what it had done in the database is undone.
     *
     * @param error what it failed with
     */
    record Skipped<R>(Throwable error) implements Trial<R> {

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
