package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.List;
import java.util.Optional;

/** The only column of a row as one value. */
final class ScalarMapper<T> implements RowMapper<T> {

    private final ValueType type;
    private final ValueMapping mapping;
    private final PlanCache<ColumnReader> readers;

    ScalarMapper(ValueType type, ValueMapping mapping) {
        this.type = type;
        this.mapping = mapping;
        this.readers = new PlanCache<>(this::reader);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T map(Row row, RowMetadata metadata) {
        ColumnReader reader = readers.get(metadata);
        Object value = reader.read(row);
        if (type.optional()) {
            return (T) Optional.ofNullable(value);
        }
        if (value == null) {
            throw new MappingException("column '" + reader.column() + "' is NULL where a " + type.display()
                    + " was asked; use coalesce, or a record with a @Nullable component");
        }
        return (T) value;
    }

    private ColumnReader reader(List<? extends ColumnMetadata> columns) {
        if (columns.size() != 1) {
            throw new MappingException("the result has " + columns.size() + " columns where one " + type.display()
                    + " was asked; select one column or map to a record");
        }
        return ColumnReader.of(mapping, 0, columns.get(0), type, false, "");
    }
}
