package io.headrace.tx;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a transaction, seen from its end. Durations count from the subscription.
 *
 * @param start what it was
 * @param outcome what became of it
 * @param waited until it had a connection; null where it never had one
 * @param total until its connection had been given back
 * @param error why it was rolled back; null after a commit, a cancel and a rollback that was asked for
 */
public record TransactionEnd(
        TransactionStart start,
        TransactionOutcome outcome,
        @Nullable Duration waited,
        Duration total,
        @Nullable Throwable error) {

    /** What the error means; empty where there is none. */
    public Optional<SqlErrorKind> errorKind() {
        return Optional.ofNullable(error).map(SqlErrors::kindOf);
    }
}
