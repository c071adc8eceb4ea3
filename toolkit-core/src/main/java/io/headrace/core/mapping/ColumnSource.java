package io.headrace.core.mapping;

import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/** How a column is taken from the driver: as a type that the driver gives it without losing anything. */
interface ColumnSource {

    /** The type of what {@link #read} gives, boxed; {@code Object} where only the value shows it. */
    Class<?> type();

    /** The value, null for NULL. */
    @Nullable
    Object read(Row row, int index);

    /** Whether the value is the text of a JSON document, by the column's type. */
    default boolean isJson() {
        return false;
    }

    /** The driver's own reading as this type. */
    static ColumnSource ofDriver(Class<?> type) {
        return new OfDriver(type);
    }

    /** The driver's own reading as a type. */
    record OfDriver(Class<?> type) implements ColumnSource {
        @Override
        public @Nullable Object read(Row row, int index) {
            return row.get(index, type);
        }
    }

    /** The driver's own reading as text that is JSON. */
    record JsonText() implements ColumnSource {
        @Override
        public Class<?> type() {
            return String.class;
        }

        @Override
        public @Nullable Object read(Row row, int index) {
            return row.get(index, String.class);
        }

        @Override
        public boolean isJson() {
            return true;
        }
    }
}
