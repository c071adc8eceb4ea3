package io.headrace.core.dialect;

/**
 * Statement texts for r2dbc-h2, which cuts a text at every semicolon, also in literals, quoted identifiers and comments, and
 * executes the pieces. Those are written as an escape here; a semicolon between statements is left.
 */
final class H2Text {

    private static final String ESCAPED = "\\003b";

    private final String sql;
    private final StringBuilder out;
    private int at;

    private H2Text(String sql) {
        this.sql = sql;
        this.out = new StringBuilder(sql.length() + 16);
    }

    static String withoutHiddenSemicolons(String sql) {
        return sql.indexOf(';') < 0 ? sql : new H2Text(sql).rewrite();
    }

    private String rewrite() {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == '\'' || c == '"') {
                quoted(c);
            } else if (sql.startsWith("$$", at) && !isBehindWord()) {
                dollarQuoted();
            } else if (sql.startsWith("--", at) || sql.startsWith("//", at)) {
                comment(end(sql.indexOf('\n', at)));
            } else if (sql.startsWith("/*", at)) {
                comment(endOfBlock());
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private void quoted(char quote) {
        int end = at + 1;
        while (end < sql.length() && (sql.charAt(end) != quote || sql.startsWith("" + quote + quote, end))) {
            end += sql.charAt(end) == quote ? 2 : 1;
        }
        String body = sql.substring(at + 1, end);
        boolean isEscaped = at >= 2 && sql.regionMatches(true, at - 2, "U&", 0, 2);
        if (body.indexOf(';') < 0 || (isBehindWord() && !isEscaped)) {
            out.append(quote).append(body);
        } else {
            out.append(isEscaped ? "" : "U&").append(quote).append(escaped(body, isEscaped));
        }
        if (end < sql.length()) {
            out.append(quote);
        }
        at = end + 1;
    }

    private void dollarQuoted() {
        int close = sql.indexOf("$$", at + 2);
        String body = sql.substring(at + 2, close < 0 ? sql.length() : close);
        out.append(body.indexOf(';') < 0 ? "'" : "U&'");
        out.append(escaped(body.replace("'", "''"), body.indexOf(';') < 0)).append('\'');
        at = end(close < 0 ? -1 : close + 2);
    }

    private static String escaped(String body, boolean isEscaped) {
        return (isEscaped ? body : body.replace("\\", "\\\\")).replace(";", ESCAPED);
    }

    private void comment(int end) {
        out.append(sql.substring(at, end).replace(';', ' '));
        at = end;
    }

    private int endOfBlock() {
        int depth = 0;
        for (int i = at; i < sql.length() - 1; i++) {
            if (sql.startsWith("/*", i)) {
                depth++;
                i++;
            } else if (sql.startsWith("*/", i)) {
                depth--;
                i++;
            }
            if (depth == 0) {
                return i + 1;
            }
        }
        return sql.length();
    }

    private int end(int found) {
        return found < 0 ? sql.length() : found;
    }

    private boolean isBehindWord() {
        return at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1));
    }
}
