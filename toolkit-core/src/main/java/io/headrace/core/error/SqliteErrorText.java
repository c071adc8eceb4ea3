package io.headrace.core.error;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in messages of SQLite, which are in English always. Of a unique constraint it names the table and its columns but
 * not the constraint, of a foreign key nothing. The codes are its extended result codes; no other driver has those.
 */
final class SqliteErrorText {

    private static final Pattern UNIQUE =
            Pattern.compile("UNIQUE constraint failed: (?:index '(?<constraint>\\w+)'|(?<table>\\w+)\\.\\w+)");
    private static final Pattern NOT_NULL =
            Pattern.compile("NOT NULL constraint failed: (?<table>\\w+)\\.(?<column>\\w+)");
    private static final Pattern CHECK = Pattern.compile("CHECK constraint failed: (?<constraint>\\w+) \\(SQLite");
    private static final Pattern DATATYPE =
            Pattern.compile("cannot store \\w+ value in \\w+ column (?<table>\\w+)\\.(?<column>\\w+)");

    private static final Map<Integer, Pattern> PATTERNS = Map.of(
            275, CHECK,
            1299, NOT_NULL,
            1555, UNIQUE,
            2067, UNIQUE,
            2579, UNIQUE,
            3091, DATATYPE);

    private SqliteErrorText() {}

    static Optional<ErrorNames> namesOf(int code, String message) {
        return Optional.ofNullable(PATTERNS.get(code))
                .map(pattern -> pattern.matcher(message))
                .filter(Matcher::find)
                .map(ErrorNames::of);
    }
}
