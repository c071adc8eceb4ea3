package io.headrace.core.observe;

import java.util.Locale;
import java.util.Set;

/** The first word of a statement; one of few, for it becomes a dimension of metrics. */
final class SqlOperation {

    private static final Set<String> KNOWN = Set.of(
            "ALTER",
            "ANALYZE",
            "CALL",
            "COPY",
            "CREATE",
            "DELETE",
            "DO",
            "DROP",
            "EXPLAIN",
            "GRANT",
            "INSERT",
            "LOCK",
            "MERGE",
            "NOTIFY",
            "REFRESH",
            "REINDEX",
            "REPLACE",
            "REVOKE",
            "SELECT",
            "SET",
            "SHOW",
            "TABLE",
            "TRUNCATE",
            "UPDATE",
            "VACUUM",
            "VALUES",
            "WITH");

    private SqlOperation() {}

    static String of(String text) {
        int start = startOfCode(text);
        int end = start;
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
            end++;
        }
        String word = text.substring(start, end).toUpperCase(Locale.ROOT);
        return KNOWN.contains(word) ? word : "OTHER";
    }

    /** Behind white space, simple comments and opening brackets. */
    private static int startOfCode(String text) {
        int i = 0;
        while (i < text.length()) {
            if (text.startsWith("--", i)) {
                i = after(text, "\n", i);
            } else if (text.startsWith("/*", i)) {
                i = after(text, "*/", i + 2);
            } else if (Character.isWhitespace(text.charAt(i)) || text.charAt(i) == '(') {
                i++;
            } else {
                return i;
            }
        }
        return i;
    }

    private static int after(String text, String mark, int from) {
        int at = text.indexOf(mark, from);
        return at < 0 ? text.length() : at + mark.length();
    }
}
