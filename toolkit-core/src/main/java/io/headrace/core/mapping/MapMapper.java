package io.headrace.core.mapping;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row as an unmodifiable map of column label to the driver's default Java value, in column order; NULL is null. */
final class MapMapper implements RowMapper<Map<String, @Nullable Object>> {

    @Override
    public Map<String, @Nullable Object> map(Row row, RowMetadata metadata) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        List<? extends ColumnMetadata> columns = metadata.getColumnMetadatas();
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i).getName(), row.get(i));
        }
        return Collections.unmodifiableMap(values);
    }
}
