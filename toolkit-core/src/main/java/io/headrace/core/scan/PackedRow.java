package io.headrace.core.scan;

import io.headrace.core.mapping.ExactRow;
import io.r2dbc.spi.RowMetadata;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The rows of a packed page, one after the other. */
final class PackedRow implements ExactRow {

    private final PackedLayout layout;
    private final List<PackedColumn> columns;
    private int index = -1;
    private boolean refused;

    PackedRow(PackedLayout layout, List<PackedColumn> columns) {
        this.layout = layout;
        this.columns = columns;
    }

    PackedRow next() {
        index++;
        return this;
    }

    /** Whether a value was asked for in a form that only the driver can give. */
    boolean refused() {
        return refused;
    }

    @Override
    public RowMetadata getMetadata() {
        return layout.metadata();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T get(int column, Class<T> type) {
        Object value = columns.get(column).get(index, type);
        // The driver has its own words for NULL as a primitive.
        if (value == PackedType.UNKNOWN || (value == null && type.isPrimitive())) {
            refused = true;
            throw new UnsupportedOperationException("this value of a packed page has to be read by the driver");
        }
        return (T) value;
    }

    @Override
    public @Nullable Object exactValue(int column) {
        return get(column, Object.class);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        Integer column = layout.indexes().get(name.toLowerCase(Locale.ROOT));
        if (column == null) {
            throw new NoSuchElementException("Column name '" + name + "' does not exist in column names "
                    + layout.indexes().keySet());
        }
        return get(column, type);
    }
}
