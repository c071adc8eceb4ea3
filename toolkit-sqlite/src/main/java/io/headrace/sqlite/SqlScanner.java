package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into statements and finds its parameters, by the rules of SQLite's own tokenizer and, for the bodies of
 * triggers, by those of {@code sqlite3_complete()}: a trigger ends with the END that stands between two semicolons.
 *
 * <p>A {@code ?} is numbered one more than the highest number before it, a name by where it stands first; across
 * statements of one text the counting goes on and equal names are one parameter.
 */
final class SqlScanner {

    private static final int LARGEST_NUMBER = 32_766;

    private final String sql;
    private final List<SqlPiece> pieces = new ArrayList<>();
    private final List<@Nullable String> parameters = new ArrayList<>();
    private final Map<String, Integer> named = new HashMap<>();

    private int position;
    private int start = -1;
    private int end;
    private boolean star;
    private KeywordReader keywords = new KeywordReader();
    private List<Integer> slots = new ArrayList<>();
    private Map<String, Integer> slotsByName = new HashMap<>();

    private SqlScanner(String sql) {
        this.sql = sql;
    }

    static SqlText scan(String sql) {
        SqlScanner scanner = new SqlScanner(sql);
        while (scanner.position < sql.length()) {
            scanner.token();
        }
        scanner.endPiece();
        return new SqlText(scanner.pieces, scanner.parameters);
    }

    private void token() {
        int from = position;
        char first = sql.charAt(position++);
        switch (first) {
            case ' ', '\t', '\n', '\f', '\r' -> {
                return;
            }
            case ';' -> {
                semicolon();
                return;
            }
            case '-' -> {
                if (at(position) == '-') {
                    skipBehind("\n");
                    return;
                }
            }
            case '/' -> {
                if (at(position) == '*') {
                    position++;
                    skipBehind("*/");
                    return;
                }
            }
            case '\'', '"', '`' -> {
                quoted(first);
                keywords.quoted();
            }
            case '[' -> {
                skipBehind("]");
                keywords.quoted();
            }
            case '?' -> question(from);
            case ':', '@', '$', '#' -> variable(from);
            case '*' -> {
                star = true;
                keywords.symbol(first);
            }
            default -> {
                if (isWord(first)) {
                    word(from);
                } else {
                    keywords.symbol(first);
                }
            }
        }
        significant(from);
    }

    private void significant(int from) {
        if (start < 0) {
            start = from;
        }
        end = position;
    }

    private void semicolon() {
        if (keywords.isInsideTrigger()) {
            keywords.semicolon();
            end = position;
        } else {
            endPiece();
        }
    }

    private void endPiece() {
        if (start >= 0) {
            pieces.add(new SqlPiece(sql.substring(start, end), keywords.kind(), slots, star));
        }
        start = -1;
        star = false;
        keywords = new KeywordReader();
        slots = new ArrayList<>();
        slotsByName = new HashMap<>();
    }

    private void skipBehind(String closing) {
        int found = sql.indexOf(closing, position);
        position = found < 0 ? sql.length() : found + closing.length();
    }

    /** A quote that is doubled stands for itself. */
    private void quoted(char quote) {
        while (position < sql.length()) {
            if (sql.charAt(position++) == quote) {
                if (at(position) != quote) {
                    return;
                }
                position++;
            }
        }
    }

    private void word(int from) {
        while (isWord(at(position))) {
            position++;
        }
        keywords.word(sql.substring(from, position));
    }

    private void question(int from) {
        while (at(position) >= '0' && at(position) <= '9') {
            position++;
        }
        keywords.symbol('?');
        if (position == from + 1) {
            slots.add(newParameter("?" + (parameters.size() + 1)));
            return;
        }
        String digits = sql.substring(from + 1, position);
        int number = digits.length() > 9 ? 0 : Integer.parseInt(digits);
        if (number < 1 || number > LARGEST_NUMBER) {
            // SQLite says what is wrong with it.
            return;
        }
        while (parameters.size() < number) {
            parameters.add(null);
        }
        if (parameters.get(number - 1) == null) {
            parameters.set(number - 1, "?" + number);
        }
        while (slots.size() < number) {
            slots.add(-1);
        }
        slots.set(number - 1, number - 1);
    }

    /** Of the form that Tcl has: {@code ::} inside, and a suffix in parentheses. */
    private void variable(int from) {
        keywords.symbol('?');
        boolean named = false;
        while (position < sql.length()) {
            char unit = sql.charAt(position);
            if (isWord(unit)) {
                named = true;
                position++;
            } else if (unit == '(' && named) {
                skipSuffix();
                break;
            } else if (unit == ':' && at(position + 1) == ':') {
                position += 2;
            } else {
                break;
            }
        }
        if (named) {
            namedParameter(sql.substring(from, position));
        }
    }

    private void skipSuffix() {
        while (position < sql.length()
                && sql.charAt(position) != ')'
                && !Character.isWhitespace(sql.charAt(position))) {
            position++;
        }
        if (at(position) == ')') {
            position++;
        }
    }

    private void namedParameter(String name) {
        if (!slotsByName.containsKey(name)) {
            slotsByName.put(name, slots.size());
            Integer known = named.get(name);
            slots.add(known == null ? newParameter(name) : known);
        }
    }

    private int newParameter(String name) {
        int index = parameters.size();
        parameters.add(name);
        named.put(name, index);
        return index;
    }

    /** The character there; 0, which is no part of anything, at the end. */
    private char at(int index) {
        return index < sql.length() ? sql.charAt(index) : 0;
    }

    private static boolean isWord(char unit) {
        return unit >= 'a' && unit <= 'z'
                || unit >= 'A' && unit <= 'Z'
                || unit >= '0' && unit <= '9'
                || unit == '_'
                || unit == '$'
                || unit >= 0x80;
    }
}
