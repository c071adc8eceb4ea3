package io.headrace.core.error;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in messages of MariaDB, as its {@code errmsg-utf8.txt} writes them in English. A value stands only in the message
 * of a duplicate, before the key, so what it holds cannot be taken for one.
 */
final class MariadbErrorText {

    private static final Pattern FOREIGN_KEY = Pattern.compile(
            "a foreign key constraint fails \\(`[^`]+`\\.`(?<table>[^`]+)`, CONSTRAINT `(?<constraint>[^`]+)` FOREIGN KEY");
    private static final Pattern DUPLICATE =
            Pattern.compile("^Duplicate entry '.*' for key '(?<constraint>[^']+)'$", Pattern.DOTALL);
    private static final Pattern CHECK =
            Pattern.compile("^CONSTRAINT `(?<constraint>[^`]+)` failed for `[^`]+`\\.`(?<table>[^`]+)`$");
    private static final Pattern NO_DEFAULT =
            Pattern.compile("^Field '(?<column>[^']+)' doesn't have a default value$");
    private static final Pattern NULL = Pattern.compile("^Column '(?<column>[^']+)' cannot be null$");
    private static final Pattern VALUE = Pattern.compile(" for column '(?<column>[^']+)' at row \\d+$", Pattern.DOTALL);
    private static final Pattern FORM = Pattern.compile(
            " for column `[^`]+`\\.`(?<table>[^`]+)`\\.`(?<column>[^`]+)` at row \\d+$", Pattern.DOTALL);

    private static final Map<Integer, Pattern> PATTERNS = Map.ofEntries(
            Map.entry(1048, NULL),
            Map.entry(1062, DUPLICATE),
            Map.entry(1264, VALUE),
            Map.entry(1265, VALUE),
            Map.entry(1292, FORM),
            Map.entry(1364, NO_DEFAULT),
            Map.entry(1366, FORM),
            Map.entry(1406, VALUE),
            Map.entry(1451, FOREIGN_KEY),
            Map.entry(1452, FOREIGN_KEY),
            Map.entry(4025, CHECK));

    private MariadbErrorText() {}

    static Optional<ErrorNames> namesOf(int code, String message) {
        return Optional.ofNullable(PATTERNS.get(code))
                .map(pattern -> pattern.matcher(message))
                .filter(Matcher::find)
                .map(ErrorNames::of);
    }
}
