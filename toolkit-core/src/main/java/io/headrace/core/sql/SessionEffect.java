package io.headrace.core.sql;

import io.headrace.core.error.ParameterException;
import java.util.Set;

/**
 * What a statement may leave behind in the session that it ran in, beyond the rows it wrote: what the next user of a pooled
 * connection must not find.
 */
public enum SessionEffect {
    /** A transaction is open: {@code BEGIN}, {@code START TRANSACTION}. */
    TRANSACTION,
    /** Settings differ from those the session began with: {@code SET}, {@code RESET}, {@code set_config()}. */
    SETTINGS,
    /** Somebody else's rights: {@code SET ROLE}, {@code SET SESSION AUTHORIZATION}. */
    ROLE,
    /** Notifications come: {@code LISTEN}. */
    NOTIFICATIONS,
    /** Temporary tables, views and sequences. */
    TEMPORARY_OBJECTS,
    /** Advisory locks that outlive their transaction: {@code pg_advisory_lock()} and its kin. */
    ADVISORY_LOCKS,
    /** Cursors that outlive their transaction: {@code DECLARE … WITH HOLD}. */
    CURSORS,
    /**
     * What cannot be undone without harm to what the driver keeps in the session itself: {@code PREPARE},
     * {@code DEALLOCATE}, {@code DISCARD}, {@code LOAD}.
     */
    LASTING;

    /**
     * The effects that can be read off a text, of one statement or several. What a function or a {@code DO} block does
     * inside is not seen.
     *
     * @param text a statement, or several with semicolons between
     * @param syntax how it is cut into tokens
     */
    public static Set<SessionEffect> of(String text, SqlSyntax syntax) {
        try {
            return SessionEffectFinder.find(new SqlLexer(text, syntax));
        } catch (ParameterException unreadable) {
            // a literal without end: the database refuses the text as a whole
            return Set.of();
        }
    }
}
