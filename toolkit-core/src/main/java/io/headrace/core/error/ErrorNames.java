package io.headrace.core.error;

import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What the message of an error names. */
record ErrorNames(Optional<String> constraint, Optional<String> table, Optional<String> column) {

    static final ErrorNames NONE = new ErrorNames(Optional.empty(), Optional.empty(), Optional.empty());

    /** Of a match with groups of these names; a group that the pattern does not have or that did not match is empty. */
    static ErrorNames of(Matcher match) {
        return new ErrorNames(group(match, "constraint"), group(match, "table"), group(match, "column"));
    }

    private static Optional<String> group(Matcher match, String name) {
        @Nullable String found = match.pattern().pattern().contains("(?<" + name + ">") ? match.group(name) : null;
        return Optional.ofNullable(found);
    }
}
