package io.headrace.samples.documentation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java statements of one page, shown ones and hidden ones, in order.
 *
 * @param statements what goes into a method body
 */
record Snippets(String statements) {

    private static final Pattern PIECE = Pattern.compile(
            "<!-- setup:(?<setup>.*?)-->|<!-- no-run:.*?-->\\s*```java\\n.*?```|```java\\n(?<block>.*?)```",
            Pattern.DOTALL);

    static Snippets of(String page) {
        StringBuilder statements = new StringBuilder();
        Matcher piece = PIECE.matcher(page);
        while (piece.find()) {
            String code = piece.group("setup") == null ? piece.group("block") : piece.group("setup");
            if (code != null) {
                statements.append(code).append('\n');
            }
        }
        return new Snippets(statements.toString());
    }
}
