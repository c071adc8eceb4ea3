package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;

/** The only column of a row as one value. */
final class ScalarMapper<T> implements RowMapper<T> {

    private final Class<T> type;
    private final ColumnReader reader;

    ScalarMapper(Class<T> type) {
        this.type = type;
        this.reader = ColumnReader.of(type);
    }

    @Override
    @SuppressWarnings("unchecked")
    public T map(Row row, RowMetadata metadata) {
        int columns = metadata.getColumnMetadatas().size();
        if (columns != 1) {
            throw new MappingException("the result has " + columns + " columns where one " + type.getSimpleName()
                    + " was asked; select one column or map to a record");
        }
        Object value = reader.read(row, 0, metadata);
        if (value == null) {
            throw new MappingException(
                    "column '" + metadata.getColumnMetadata(0).getName()
                            + "' is NULL where a " + type.getSimpleName()
                            + " was asked; use coalesce, or a record with a @Nullable component");
        }
        return (T) value;
    }
}
