package io.headrace.sqlite;

import org.jspecify.annotations.Nullable;

/** A row that was copied out of its statement. */
record StoredValues(@Nullable Object[] values) implements ColumnValues {

    static StoredValues copyOf(ColumnValues row, int columns) {
        @Nullable Object[] values = new @Nullable Object[columns];
        for (int column = 0; column < columns; column++) {
            values[column] = copy(row, column);
        }
        return new StoredValues(values);
    }

    private static @Nullable Object copy(ColumnValues row, int column) {
        return switch (row.typeAt(column)) {
            case INTEGER -> row.longAt(column);
            case REAL -> row.doubleAt(column);
            case TEXT -> row.textAt(column);
            case BLOB -> row.bytesAt(column);
            default -> null;
        };
    }

    @Override
    public int typeAt(int column) {
        Object value = values[column];
        if (value instanceof Long) {
            return INTEGER;
        } else if (value instanceof Double) {
            return REAL;
        } else if (value instanceof String) {
            return TEXT;
        }
        return value == null ? NULL : BLOB;
    }

    @Override
    public long longAt(int column) {
        return (Long) at(column);
    }

    @Override
    public double doubleAt(int column) {
        return (Double) at(column);
    }

    @Override
    public String textAt(int column) {
        return (String) at(column);
    }

    @Override
    public byte[] bytesAt(int column) {
        return (byte[]) at(column);
    }

    private Object at(int column) {
        Object value = values[column];
        if (value == null) {
            throw new IllegalStateException("column " + column + " is NULL");
        }
        return value;
    }
}
