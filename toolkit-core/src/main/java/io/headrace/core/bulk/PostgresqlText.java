package io.headrace.core.bulk;

/** What text PostgreSQL and UTF-8 can hold. */
final class PostgresqlText {

    private PostgresqlText() {}

    /** Refuses what would arrive as something else. */
    static void check(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("PostgreSQL text cannot hold the character U+0000");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException("half a surrogate pair is not a character");
                }
                i++;
            }
        }
    }
}
