package io.headrace.core.sql;

/** A piece of a statement text, short enough for an error message. */
public final class SqlExcerpt {

    private static final int REACH = 40;

    private SqlExcerpt() {}

    /** The text around a position, in one line, with the position marked by {@code >>>}. */
    public static String around(String source, int position) {
        int from = Math.max(0, position - REACH);
        int to = Math.min(source.length(), position + REACH);
        String text = source.substring(from, position) + ">>>" + source.substring(position, to);
        return (from > 0 ? "…" : "") + oneLine(text) + (to < source.length() ? "…" : "");
    }

    /** The beginning of the text, in one line. */
    public static String of(String source) {
        int end = Math.min(source.length(), 3 * REACH);
        return oneLine(source.substring(0, end)) + (end < source.length() ? "…" : "");
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
