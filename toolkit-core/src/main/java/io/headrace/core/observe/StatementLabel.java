package io.headrace.core.observe;

import io.headrace.core.sql.SqlExcerpt;
import org.jspecify.annotations.Nullable;

/**
 * What messages, events and logs call a statement. Immutable; never holds a bound value.
 *
 * @param name the name that the program gave it, if any
 * @param text the text as it was given, with the names of its parameters
 * @param callSite the program's line that described this text first, as {@code Class.method(File.java:41)}; null where
 *     it is not known, as for statements of the toolkit's own
 */
public record StatementLabel(@Nullable String name, String text, @Nullable String callSite) {

    /** Checks the name. */
    public StatementLabel {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException("the name of a statement must not be blank");
        }
    }

    /** A statement without a call site, such as one of the toolkit's own. */
    public static StatementLabel of(String text) {
        return new StatementLabel(null, text, null);
    }

    /** A statement that is described by the program's line that is calling now. Walks the stack: do it once per text. */
    public static StatementLabel describedHere(String text) {
        return new StatementLabel(null, text, CallSite.current());
    }

    /** The same with a name, which then stands for the text wherever one of them is shown. */
    public StatementLabel named(String newName) {
        return new StatementLabel(newName, text, callSite);
    }

    /** The name, or the beginning of the text in one line. */
    public String brief() {
        return name != null ? name : SqlExcerpt.of(text);
    }

    /** The first word of the text in capitals, such as {@code SELECT}; {@code OTHER} where it does not begin with one. */
    public String operation() {
        return SqlOperation.of(text);
    }

    /** For messages: {@code statement 'SELECT …' (first described at OrderService.place(OrderService.java:41))}. */
    @Override
    public String toString() {
        return "statement '" + brief() + "'" + (callSite == null ? "" : " (first described at " + callSite + ")");
    }
}
