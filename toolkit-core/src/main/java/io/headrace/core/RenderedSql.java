package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.sql.NamedSql;
import java.util.List;
import java.util.Optional;

/**
 * A text with the markers of its database, ready for the driver.
 *
 * @param named the text as given, cut at its parameters
 * @param text the text with markers
 * @param names the parameters in the order of their markers
 * @param idleParameterText the text to stream rows by, where it needs a parameter of its own for that
 */
record RenderedSql(NamedSql named, String text, List<String> names, Optional<String> idleParameterText) {

    static RenderedSql of(String source, Dialect dialect) {
        NamedSql named = NamedSql.parse(source);
        List<String> names = List.copyOf(named.names());
        String text = named.render(dialect::marker);
        return new RenderedSql(
                named, text, names, names.isEmpty() ? dialect.withIdleParameter(text) : Optional.empty());
    }

    /** Whether the driver reads this statement in chunks, on demand, and stops between two of them. */
    boolean isStreamable() {
        return !names.isEmpty() || idleParameterText.isPresent();
    }
}
