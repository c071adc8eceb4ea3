package io.headrace.core.scan;

import io.headrace.core.mapping.RowMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * What is scanned; say {@link #by} which key.
 *
 * @param <T> what a row becomes
 */
public final class ScanSource<T> {

    private final PageStatements statements;
    private final RowMapper<T> mapper;

    private ScanSource(PageStatements statements, RowMapper<T> mapper) {
        this.statements = statements;
        this.mapper = mapper;
    }

    /** A source of rows; made by {@code Database}. */
    public static <T> ScanSource<T> of(PageStatements statements, RowMapper<T> mapper) {
        return new ScanSource<>(statements, mapper);
    }

    /**
     * A scan in the order of these columns of the result, which together must be unique and never NULL; an index on
     * them, in this order, is what makes a scan fast. Names in lower case are taken as if written without quotes.
     */
    public Scan<T> by(String first, String... more) {
        List<String> columns = new ArrayList<>();
        columns.add(first);
        columns.addAll(List.of(more));
        if (columns.stream().anyMatch(String::isBlank)
                || columns.stream().distinct().count() < columns.size()) {
            throw new IllegalArgumentException("the key columns must be named, each once, but were " + columns);
        }
        return new Scan<>(statements, mapper, ScanSettings.by(columns));
    }
}
