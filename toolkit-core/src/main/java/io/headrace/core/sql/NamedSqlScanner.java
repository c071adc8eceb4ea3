package io.headrace.core.sql;

import io.headrace.core.error.ParameterException;
import java.util.ArrayList;
import java.util.List;

/** One pass over a statement text, as PostgreSQL's lexer ({@code scan.l}) would cut it. */
final class NamedSqlScanner {

    private final String source;
    private final List<String> parts = new ArrayList<>();
    private final List<String> occurrences = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private int at;
    private int partStart;

    NamedSqlScanner(String source) {
        this.source = source;
    }

    NamedSql scan() {
        while (at < source.length()) {
            step();
        }
        parts.add(source.substring(partStart));
        return new NamedSql(source, parts, occurrences, positions);
    }

    private void step() {
        char c = source.charAt(at);
        if (c == '\'') {
            skipQuoted('\'', isEscapeString());
        } else if (c == '"' || c == '`') {
            skipQuoted(c, false);
        } else if (c == '$' && !follows(at, NamedSqlScanner::isWordPart)) {
            skipDollarQuoted();
        } else if (source.startsWith("--", at)) {
            skipLine();
        } else if (source.startsWith("/*", at)) {
            skipBlockComment();
        } else if (c == ':') {
            colon();
        } else {
            at++;
        }
    }

    private void colon() {
        if (source.startsWith("::", at)) {
            at += 2;
            return;
        }
        int end = at + 1;
        boolean starts = end < source.length() && isWordStart(source.charAt(end));
        if (!starts || follows(at, NamedSqlScanner::endsOperand)) {
            at++;
            return;
        }
        while (end < source.length() && isWordPart(source.charAt(end))) {
            end++;
        }
        parts.add(source.substring(partStart, at));
        occurrences.add(source.substring(at + 1, end));
        positions.add(at);
        at = end;
        partStart = end;
    }

    private boolean isEscapeString() {
        return at > 0
                && (source.charAt(at - 1) == 'E' || source.charAt(at - 1) == 'e')
                && !follows(at - 1, NamedSqlScanner::isWordPart);
    }

    private void skipQuoted(char quote, boolean backslashEscapes) {
        int start = at++;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (backslashEscapes && c == '\\') {
                at += 2;
            } else if (c == quote && at + 1 < source.length() && source.charAt(at + 1) == quote) {
                at += 2;
            } else if (c == quote) {
                at++;
                return;
            } else {
                at++;
            }
        }
        throw open(quote == '\'' ? "string literal" : "quoted identifier", start);
    }

    private void skipDollarQuoted() {
        int tagEnd = at + 1;
        while (tagEnd < source.length() && isWordPart(source.charAt(tagEnd)) && source.charAt(tagEnd) != '$') {
            tagEnd++;
        }
        boolean isTag =
                tagEnd < source.length() && source.charAt(tagEnd) == '$' && !Character.isDigit(source.charAt(at + 1));
        if (!isTag) {
            at++;
            return;
        }
        String tag = source.substring(at, tagEnd + 1);
        int close = source.indexOf(tag, tagEnd + 1);
        if (close < 0) {
            throw open("dollar-quoted literal " + tag, at);
        }
        at = close + tag.length();
    }

    private void skipLine() {
        int end = source.indexOf('\n', at);
        at = end < 0 ? source.length() : end + 1;
    }

    private void skipBlockComment() {
        int start = at;
        int depth = 0;
        while (at < source.length()) {
            if (source.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (source.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return;
                }
            } else {
                at++;
            }
        }
        throw open("block comment", start);
    }

    private ParameterException open(String what, int start) {
        return new ParameterException("the " + what + " that begins at position " + (start + 1)
                + " is never closed in statement: " + SqlExcerpt.around(source, start));
    }

    private boolean follows(int position, CharPredicate predicate) {
        return position > 0 && predicate.test(source.charAt(position - 1));
    }

    private static boolean isWordStart(char c) {
        return Character.isUnicodeIdentifierStart(c) || c == '_';
    }

    private static boolean isWordPart(char c) {
        return c == '$' || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
    }

    private static boolean endsOperand(char c) {
        return isWordPart(c) || c == ')' || c == ']' || c == '"' || c == '\'';
    }

    private interface CharPredicate {
        boolean test(char c);
    }
}
