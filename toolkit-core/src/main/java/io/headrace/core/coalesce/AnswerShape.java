package io.headrace.core.coalesce;

import io.headrace.core.error.RowCountException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of one key become its answer. What has been gathered so far is null before the first row.
 *
 * @param <R> what a row becomes
 * @param <V> the answer
 */
interface AnswerShape<R, V> {

    /** What is gathered with one row more. */
    Object with(@Nullable Object soFar, R row);

    /** The answer, null for none; throws where there are too many rows. */
    @Nullable
    V answer(@Nullable Object gathered);

    /** Whether more rows may belong to a key that has one. */
    boolean takesMore();

    static <R> AnswerShape<R, R> one(String name) {
        return new One<>(name);
    }

    static <R> AnswerShape<R, List<R>> many() {
        return new Many<>();
    }

    /** The row itself, or a mark in its place where there was a second one. */
    record One<R>(String name) implements AnswerShape<R, R> {

        private enum Mark {
            TOO_MANY
        }

        @Override
        public Object with(@Nullable Object soFar, R row) {
            return soFar == null ? row : Mark.TOO_MANY;
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable R answer(@Nullable Object gathered) {
            if (gathered == Mark.TOO_MANY) {
                throw new RowCountException("more than one row for one key from " + name
                        + ". Ask with loaderOfMany, or select one row per key");
            }
            return (R) gathered;
        }

        @Override
        public boolean takesMore() {
            return false;
        }
    }

    /** A list of the rows. */
    record Many<R>() implements AnswerShape<R, List<R>> {

        @Override
        @SuppressWarnings("unchecked")
        public Object with(@Nullable Object soFar, R row) {
            List<R> rows = soFar == null ? new ArrayList<>() : (List<R>) soFar;
            rows.add(row);
            return rows;
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<R> answer(@Nullable Object gathered) {
            return gathered == null ? List.of() : Collections.unmodifiableList((List<R>) gathered);
        }

        @Override
        public boolean takesMore() {
            return true;
        }
    }
}
