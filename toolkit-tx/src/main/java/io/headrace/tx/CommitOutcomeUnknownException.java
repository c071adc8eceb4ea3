package io.headrace.tx;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connection was lost during COMMIT, and nobody could tell whether the transaction was committed. It is never retried.
 * The cause is the error of the connection; the error of the last question, if there was one, is attached as suppressed.
 */
public final class CommitOutcomeUnknownException extends TransactionException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String mark;

    CommitOutcomeUnknownException(String transaction, String reason, @Nullable String mark, Throwable lost) {
        super(
                transaction + ": the connection was lost during COMMIT, and whether it was committed is not known: "
                        + reason
                        + ". Do not just run it again: look in the database whether its work is there, or make it safe to repeat.");
        this.mark = mark;
        initCause(lost);
    }

    /**
     * What the server calls the transaction, for a later look; on PostgreSQL the number that {@code pg_xact_status} takes.
     * Empty where it could not be asked.
     */
    public Optional<String> transactionId() {
        return Optional.ofNullable(mark).filter(text -> !text.isEmpty()).map(text -> text.split("\\|", 2)[0]);
    }

    static boolean isIn(Throwable error) {
        for (Throwable current = error; current != null; current = current.getCause()) {
            if (current instanceof CommitOutcomeUnknownException) {
                return true;
            }
        }
        return false;
    }
}
