package io.headrace.core.sql;

import io.headrace.core.error.ParameterException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A statement text cut at its named parameters: {@code n + 1} literal parts around {@code n} occurrences of names. A name
 * that occurs twice is one parameter.
 *
 * <p>{@code :name} is a parameter wherever PostgreSQL would read code: not in literals (standard, {@code E''}, dollar
 * quoted), quoted identifiers or comments (line and nested block), and not as part of a cast {@code ::} or an array slice
 * {@code [1:n]}. A colon directly behind a word, a number or a closing bracket is never a parameter.
 *
 * @param source the text as given
 * @param parts the literal text before, between and after the occurrences
 * @param occurrences the name of each occurrence, in order
 * @param positions the place of each occurrence's colon in the source, counted from 0
 * @param lists the occurrences that a list may be bound to, in order
 * @param statements the statements of the text without their semicolons: one, several in a script, none in an empty text
 */
public record NamedSql(
        String source,
        List<String> parts,
        List<String> occurrences,
        List<Integer> positions,
        List<ListPlace> lists,
        List<String> statements) {

    /** Copies its lists. */
    public NamedSql {
        parts = List.copyOf(parts);
        occurrences = List.copyOf(occurrences);
        positions = List.copyOf(positions);
        lists = List.copyOf(lists);
        statements = List.copyOf(statements);
    }

    /**
     * Scans a text.
     *
     * @throws ParameterException where a literal, identifier or comment is left open, or a script has parameters
     */
    public static NamedSql parse(String source, SqlSyntax syntax) {
        return new NamedSqlScanner(source, syntax).scan();
    }

    /** The distinct names in order of first occurrence; the index in this order is the index of the marker. */
    public Set<String> names() {
        return new LinkedHashSet<>(occurrences);
    }
}
