package io.headrace.core;

import io.headrace.core.dialect.Dialect;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which columns of the written rows a statement gives back, if any. */
final class Returning {

    private static final Returning NOTHING = new Returning(null);

    private final @Nullable List<String> columns;

    private Returning(@Nullable List<String> columns) {
        this.columns = columns;
    }

    static Returning nothing() {
        return NOTHING;
    }

    /** These columns; all where none is named. */
    static Returning columns(String... columns) {
        return new Returning(List.of(columns));
    }

    /** The text with what it has to say of this. */
    String complete(String text, Dialect dialect) {
        if (columns == null || !dialect.hasReturning()) {
            return text;
        }
        String list =
                columns.isEmpty() ? "*" : columns.stream().map(dialect::quote).collect(Collectors.joining(", "));
        // On a line of its own, for the text may end in a comment.
        return text + "\nRETURNING " + list;
    }

    /** Asks the driver, where the text does not say it. */
    Statement ask(Statement statement, Dialect dialect) {
        return columns == null || dialect.hasReturning()
                ? statement
                : statement.returnGeneratedValues(columns.toArray(String[]::new));
    }
}
