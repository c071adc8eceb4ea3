package io.headrace.samples.flights;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.util.Locale;

/** Why the database did not take a row, in words for people. */
final class Refusal {

    private Refusal() {}

    static String reason(Throwable error) {
        SqlErrorKind kind = SqlErrors.kindOf(error);
        String words =
                switch (kind) {
                    case UNIQUE_VIOLATION -> "same departure, origin and destination as an earlier row";
                    case FOREIGN_KEY_VIOLATION -> "unknown airport";
                    case DATA -> "a value that its column cannot hold";
                    // The bulk counts in the piece that it was given; here the line of the file stands beside it.
                    case OTHER -> Sentence.of(error).replaceFirst("^row \\d+: ", "");
                    default -> kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
                };
        return SqlErrors.constraintOf(error)
                .map(constraint -> words + " (" + constraint + ")")
                .orElse(words);
    }
}
