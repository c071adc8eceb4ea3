package io.headrace.tx;

import org.jspecify.annotations.Nullable;

/**
 * The transaction that is under way, as it was at the moment of the question.
 *
 * @param name the name that the program gave it, if any
 * @param attempt which attempt it is, counted from 1
 * @param readOnly whether it was asked to refuse writes; what the session's default says is not known here
 * @param rollbackOnly whether it, or a savepoint around the place of the question, is going to be rolled back whatever its
 *     body does
 * @param depth how many savepoints of {@code nested()} are around the place of the question
 */
public record CurrentTransaction(
        @Nullable String name, int attempt, boolean readOnly, boolean rollbackOnly, int depth) {

    static CurrentTransaction of(Work work) {
        TransactionWork transaction = work.transaction();
        return new CurrentTransaction(
                transaction.options().name(),
                transaction.attempt(),
                transaction.isReadOnly(),
                work.isLost(),
                work.depth());
    }
}
