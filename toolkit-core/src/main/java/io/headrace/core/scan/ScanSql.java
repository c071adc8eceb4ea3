package io.headrace.core.scan;

import io.headrace.core.dialect.Dialect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The statements of one scan. */
final class ScanSql {

    private static final String ALIAS = "scanned";
    private static final String LIMIT = "headrace_limit";
    private static final String AFTER = "headrace_after_";

    private final Dialect dialect;
    private final String source;
    private final ScanSettings settings;

    ScanSql(Dialect dialect, String source, ScanSettings settings) {
        this.dialect = dialect;
        // The line break ends a comment that the source may end with.
        this.source = "(" + withoutSemicolon(source) + "\n) AS " + ALIAS;
        this.settings = settings;
    }

    /**
     * One page and the row behind it, which shows whether there is one and whether the key is unique there.
     *
     * @param first whether the page begins at the beginning of the result
     */
    String page(boolean first) {
        String order = settings.descending() ? " DESC" : "";
        String columns = settings.key().stream().map(this::column).collect(Collectors.joining(", "));
        String ordered =
                settings.key().stream().map(name -> column(name) + order).collect(Collectors.joining(", "));
        // The limit of a first page is bound, since a driver may treat statements without parameters differently. That
        // of the others is written out, because the planner of PostgreSQL trusts a limit only where it sees it.
        String limit = first ? ":" + LIMIT : Integer.toString(settings.pageSize() + 1);
        String where = first ? "" : " WHERE (" + columns + ")" + (settings.descending() ? " < " : " > ") + markers();
        return "SELECT " + ALIAS + ".* FROM " + source + where + " ORDER BY " + ordered + " LIMIT " + limit;
    }

    Map<String, Object> pageValues(@Nullable ScanKey after) {
        if (after == null) {
            return Map.of(LIMIT, settings.pageSize() + 1);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < after.values().size(); i++) {
            values.put(AFTER + (i + 1), after.values().get(i));
        }
        return values;
    }

    /** The same page as one row that holds, for each of these columns, the binary form of an array of its values. */
    String packedPage(List<String> columns) {
        return columns.stream()
                .map(name -> "array_send(array_agg(" + ALIAS + "." + dialect.quote(name) + "))")
                .collect(Collectors.joining(", ", "SELECT ", " FROM (" + page(false) + ") AS " + ALIAS));
    }

    /** One row where a key column is NULL somewhere, none otherwise. */
    String nullKeys() {
        return settings.key().stream()
                .map(name -> column(name) + " IS NULL")
                .collect(Collectors.joining(" OR ", "SELECT 1 FROM " + source + " WHERE ", " LIMIT 1"));
    }

    private String markers() {
        return IntStream.rangeClosed(1, settings.key().size())
                .mapToObj(index -> ":" + AFTER + index)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private String column(String name) {
        return ALIAS + "." + quoted(dialect, name);
    }

    /** Lower case is how a name is written that is meant without quotes. */
    private static String quoted(Dialect dialect, String name) {
        return dialect.quote(name.equals(name.toLowerCase(Locale.ROOT)) ? dialect.fold(name) : name);
    }

    private static String withoutSemicolon(String source) {
        String trimmed = source.stripTrailing();
        return trimmed.endsWith(";") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
    }
}
