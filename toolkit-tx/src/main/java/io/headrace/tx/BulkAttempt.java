package io.headrace.tx;

import java.util.List;

/**
 * What became of one chunk of a bulk attempt.
 *
 * @param kept how many of its rows stay, if the transaction commits
 * @param skipped the rows that were refused, in order, each with its reason
 * @param <T> the row
 */
public record BulkAttempt<T>(long kept, List<Attempt.Skipped<T, Long>> skipped) {

    /** Copies the list. */
    public BulkAttempt {
        skipped = List.copyOf(skipped);
    }
}
