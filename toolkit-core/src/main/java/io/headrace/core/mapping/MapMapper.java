package io.headrace.core.mapping;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as an unmodifiable map of column label to value, in column order; NULL is null. Values have the driver's default
 * type, but for JSON, which is its text, and intervals, which are ISO 8601 text.
 */
final class MapMapper implements RowMapper<Map<String, @Nullable Object>> {

    private final ValueMapping mapping;
    private final PlanCache<List<ColumnReader>> readers = new PlanCache<>(this::readers);

    MapMapper(ValueMapping mapping) {
        this.mapping = mapping;
    }

    @Override
    public Map<String, @Nullable Object> map(Row row, RowMetadata metadata) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (ColumnReader reader : readers.get(metadata)) {
            values.put(reader.column(), reader.read(row));
        }
        return Collections.unmodifiableMap(values);
    }

    private List<ColumnReader> readers(List<? extends ColumnMetadata> columns) {
        List<ColumnReader> made = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            made.add(ColumnReader.ofDefaultType(mapping, i, columns.get(i)));
        }
        return List.copyOf(made);
    }
}
