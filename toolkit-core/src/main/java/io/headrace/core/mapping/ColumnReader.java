package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one column as one Java type. */
abstract class ColumnReader {

    private static final Map<Class<?>, Class<?>> WRAPPERS = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class,
            char.class, Character.class);

    private final Class<?> type;

    ColumnReader(Class<?> type) {
        this.type = type;
    }

    /** The reader of this type; primitives are read as their wrappers. */
    static ColumnReader of(Class<?> type) {
        Class<?> wrapped = WRAPPERS.getOrDefault(type, type);
        return wrapped.isEnum() ? new EnumReader(wrapped) : new DriverReader(wrapped);
    }

    /** A reader that gives an {@code Optional}, empty for NULL. */
    static ColumnReader optional(Class<?> type) {
        ColumnReader inner = of(type);
        return new ColumnReader(type) {
            @Override
            Object value(Row row, int index) {
                return Optional.ofNullable(inner.value(row, index));
            }
        };
    }

    /** The value, null for NULL; a clear error where the driver cannot give this type. */
    final @Nullable Object read(Row row, int index, RowMetadata metadata) {
        try {
            return value(row, index);
        } catch (IllegalArgumentException | UnsupportedOperationException | ClassCastException error) {
            ColumnMetadata column = metadata.getColumnMetadata(index);
            throw new MappingException(
                    "column '" + column.getName() + "' of type "
                            + column.getType().getName() + " cannot be read as " + type.getSimpleName()
                            + "; cast it in the statement or change the type",
                    error);
        }
    }

    abstract @Nullable Object value(Row row, int index);

    private static final class DriverReader extends ColumnReader {
        private final Class<?> wrapped;

        DriverReader(Class<?> wrapped) {
            super(wrapped);
            this.wrapped = wrapped;
        }

        @Override
        @Nullable
        Object value(Row row, int index) {
            return row.get(index, wrapped);
        }
    }

    private static final class EnumReader extends ColumnReader {
        private final Class<?> enumType;

        EnumReader(Class<?> enumType) {
            super(enumType);
            this.enumType = enumType;
        }

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"})
        @Nullable
        Object value(Row row, int index) {
            String name = row.get(index, String.class);
            return name == null ? null : Enum.valueOf((Class<? extends Enum>) enumType, name);
        }
    }
}
