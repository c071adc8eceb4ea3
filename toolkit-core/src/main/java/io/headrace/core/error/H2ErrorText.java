package io.headrace.core.error;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in messages of H2, which keep their English text beside a translation. Only names that H2 writes without quotes
 * are taken; values stand behind the names.
 */
final class H2ErrorText {

    private static final String SCHEMA = "(?:\\w+\\.)?";

    /** A constraint with its index, a primary key, or (also before 2.3) an index alone. */
    private static final Pattern DUPLICATE = Pattern.compile("Unique index or primary key violation: \"" + SCHEMA
            + "(?<constraint>\\w+)(?: INDEX " + SCHEMA + "\\w+| PRIMARY KEY)? ON " + SCHEMA + "(?<table>\\w+)\\(");

    private static final Pattern FOREIGN_KEY = Pattern.compile("Referential integrity constraint violation: \"" + SCHEMA
            + "(?<constraint>\\w+): " + SCHEMA + "(?<table>\\w+) FOREIGN KEY");
    private static final Pattern CHECK =
            Pattern.compile("Check constraint violation: \"" + SCHEMA + "(?<constraint>\\w+): ");
    private static final Pattern NULL = Pattern.compile("NULL not allowed for column \"(?<column>\\w+)\"");
    private static final Pattern TOO_LONG = Pattern.compile("Value too long for column \"(?<column>\\w+) ");
    private static final Pattern OUT_OF_RANGE =
            Pattern.compile("Numeric value out of range: \"[^\"]*\" in column \"(?<column>\\w+) ");

    private static final Map<Integer, Pattern> PATTERNS = Map.of(
            22001, TOO_LONG,
            22004, OUT_OF_RANGE,
            23502, NULL,
            23503, FOREIGN_KEY,
            23505, DUPLICATE,
            23506, FOREIGN_KEY,
            23513, CHECK);

    private H2ErrorText() {}

    static Optional<ErrorNames> namesOf(int code, String message) {
        return Optional.ofNullable(PATTERNS.get(code))
                .map(pattern -> pattern.matcher(message))
                .filter(Matcher::find)
                .map(ErrorNames::of);
    }
}
