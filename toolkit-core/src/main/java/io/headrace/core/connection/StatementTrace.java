package io.headrace.core.connection;

import io.headrace.core.error.SqlErrors;
import io.headrace.core.observe.StatementLabel;
import io.headrace.core.sql.SqlExcerpt;

/**
 * Tells which statement an error belongs to. Errors of the driver pass through as they are, so it travels as a suppressed
 * exception, which is printed with the stack trace, as Reactor's checkpoints are.
 */
final class StatementTrace extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StatementTrace(String message) {
        super(message, null, false, false);
    }

    /** @param text the text as it was sent, which is what the server's positions count in */
    static void add(Throwable error, StatementLabel label, String text) {
        for (Throwable known : error.getSuppressed()) {
            if (known instanceof StatementTrace) {
                return;
            }
        }
        error.addSuppressed(new StatementTrace("in statement" + (label.name() == null ? "" : " '" + label.name() + "'")
                + ": " + excerpt(error, text)));
    }

    private static String excerpt(Throwable error, String text) {
        return SqlErrors.positionOf(error)
                .filter(position -> position >= 1 && position <= text.length())
                .map(position -> SqlExcerpt.around(text, position - 1))
                .orElseGet(() -> SqlExcerpt.of(text));
    }
}
