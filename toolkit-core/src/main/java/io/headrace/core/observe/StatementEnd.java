package io.headrace.core.observe;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a statement, seen from its end. Durations count from the subscription.
 *
 * @param start what it was
 * @param outcome how it ended
 * @param rows the rows emitted, affected or written so far
 * @param waited until it was given to the driver, which is the wait for a connection and for a place on it; null where it
 *     never was
 * @param toFirstRow until its first row; null where there was none, and for updates
 * @param total until its end; with rows that are asked for on demand this includes the time that the program took
 * @param error why it failed; null unless it did
 */
public record StatementEnd(
        StatementStart start,
        StatementOutcome outcome,
        long rows,
        @Nullable Duration waited,
        @Nullable Duration toFirstRow,
        Duration total,
        @Nullable Throwable error) {

    /** What the error means; empty unless it failed. */
    public Optional<SqlErrorKind> errorKind() {
        return Optional.ofNullable(error).map(SqlErrors::kindOf);
    }
}
