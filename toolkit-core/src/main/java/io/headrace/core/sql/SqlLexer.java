package io.headrace.core.sql;

import io.headrace.core.error.ParameterException;

/**
 * Cuts a statement text into tokens as the database's own lexer (PostgreSQL's {@code scan.l}) would; white space and
 * comments are passed over. Call {@link #next} and look at the current token.
 */
final class SqlLexer {

    enum Kind {
        /** A key word, a name without quotes or a number. */
        WORD,
        /** A string literal or a quoted identifier. */
        QUOTED,
        /** {@code :name}. */
        PARAMETER,
        /** Any other single character. */
        SYMBOL,
        END
    }

    private final String source;
    private final boolean mysql;
    private final boolean sqlite;
    private int at;
    private int start;
    private Kind kind = Kind.END;

    SqlLexer(String source, SqlSyntax syntax) {
        this.source = source;
        this.mysql = syntax == SqlSyntax.MYSQL;
        this.sqlite = syntax == SqlSyntax.SQLITE;
    }

    /** The kind of the current token. */
    Kind kind() {
        return kind;
    }

    /** Where the current token begins. */
    int start() {
        return start;
    }

    /** Where the current token ends, exclusive. */
    int end() {
        return at;
    }

    /** The current token's text. */
    String text() {
        return source.substring(start, at);
    }

    /** Whether the current token is this word. */
    boolean isWord(String word) {
        return kind == Kind.WORD
                && word.length() == at - start
                && source.regionMatches(true, start, word, 0, at - start);
    }

    /** Whether the current token is this character. */
    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && source.charAt(start) == symbol;
    }

    /** Goes to the next token; {@code END} at the end of the text. */
    void next() {
        while (at < source.length()) {
            start = at;
            kind = token();
            if (kind != Kind.END) {
                return;
            }
        }
        start = at;
        kind = Kind.END;
    }

    /** Reads one token; {@code END} stands for what was passed over. */
    private Kind token() {
        char c = source.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
            return Kind.END;
        }
        if (isLineComment(c)) {
            int end = source.indexOf('\n', at);
            at = end < 0 ? source.length() : end + 1;
            return Kind.END;
        }
        if (source.startsWith("/*", at)) {
            skipBlockComment();
            return Kind.END;
        }
        if (isWordPart(c) && c != '$') {
            skipWord();
            return Kind.WORD;
        }
        return switch (c) {
            case '\'' -> quoted('\'', mysql || !sqlite && isEscapeString());
            case '"' -> quoted('"', mysql);
            case '`' -> quoted('`', false);
            case '[' -> sqlite ? quoted(']', false) : symbol();
            case '$' -> mysql || sqlite ? symbol() : dollar();
            case ':' -> colon();
            default -> symbol();
        };
    }

    private boolean isLineComment(char c) {
        if (c == '#') {
            return mysql;
        }
        if (!source.startsWith("--", at)) {
            return false;
        }
        return !mysql || at + 2 == source.length() || Character.isWhitespace(source.charAt(at + 2));
    }

    private Kind symbol() {
        at++;
        return Kind.SYMBOL;
    }

    private Kind colon() {
        if (source.startsWith("::", at)) {
            at += 2;
            return Kind.SYMBOL;
        }
        boolean starts = at + 1 < source.length() && isWordStart(source.charAt(at + 1));
        if (!starts || (at > 0 && endsOperand(source.charAt(at - 1)))) {
            return symbol();
        }
        at++;
        skipWord();
        return Kind.PARAMETER;
    }

    private void skipWord() {
        while (at < source.length() && isWordPart(source.charAt(at))) {
            at++;
        }
    }

    private boolean isEscapeString() {
        return at > 0
                && (source.charAt(at - 1) == 'E' || source.charAt(at - 1) == 'e')
                && (at == 1 || !isWordPart(source.charAt(at - 2)));
    }

    private Kind quoted(char quote, boolean backslashEscapes) {
        at++;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (backslashEscapes && c == '\\') {
                at += 2;
            } else if (c == quote && at + 1 < source.length() && source.charAt(at + 1) == quote) {
                at += 2;
            } else if (c == quote) {
                at++;
                return Kind.QUOTED;
            } else {
                at++;
            }
        }
        throw open(quote == '\'' ? "string literal" : "quoted identifier");
    }

    private Kind dollar() {
        int tagEnd = at + 1;
        while (tagEnd < source.length() && isWordPart(source.charAt(tagEnd)) && source.charAt(tagEnd) != '$') {
            tagEnd++;
        }
        boolean isTag =
                tagEnd < source.length() && source.charAt(tagEnd) == '$' && !Character.isDigit(source.charAt(at + 1));
        if (!isTag) {
            return symbol();
        }
        String tag = source.substring(at, tagEnd + 1);
        int close = source.indexOf(tag, tagEnd + 1);
        if (close < 0) {
            throw open("dollar-quoted literal " + tag);
        }
        at = close + tag.length();
        return Kind.QUOTED;
    }

    private void skipBlockComment() {
        int depth = 0;
        while (at < source.length()) {
            if (source.startsWith("/*", at)) {
                depth = mysql || sqlite ? 1 : depth + 1;
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
        throw open("block comment");
    }

    private ParameterException open(String what) {
        return new ParameterException("the " + what + " that begins at position " + (start + 1)
                + " is never closed in statement: " + SqlExcerpt.around(source, start));
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
}
