package io.headrace.sqlite;

import java.math.BigDecimal;

/** Stored values as numbers. An {@link ArithmeticException} or {@link NumberFormatException} where that would lose something. */
final class NumberValues {

    private NumberValues() {}

    static Long asLong(ColumnValues values, int column) {
        return values.typeAt(column) == ColumnValues.INTEGER
                ? values.longAt(column)
                : asDecimal(values, column).longValueExact();
    }

    static Integer asInteger(ColumnValues values, int column) {
        return Math.toIntExact(asLong(values, column));
    }

    static Short asShort(ColumnValues values, int column) {
        long value = asLong(values, column);
        if (value != (short) value) {
            throw new ArithmeticException("short overflow");
        }
        return (short) value;
    }

    static Byte asByte(ColumnValues values, int column) {
        long value = asLong(values, column);
        if (value != (byte) value) {
            throw new ArithmeticException("byte overflow");
        }
        return (byte) value;
    }

    /** A text gives the nearest double, as everywhere; an integer must be one. */
    static Double asDouble(ColumnValues values, int column) {
        switch (values.typeAt(column)) {
            case ColumnValues.REAL:
                return values.doubleAt(column);
            case ColumnValues.TEXT:
                return finite(Double.parseDouble(values.textAt(column)));
            default:
                long value = asLong(values, column);
                if ((long) (double) value != value || value == Long.MAX_VALUE) {
                    throw new ArithmeticException("more digits than a double has");
                }
                return (double) value;
        }
    }

    private static double finite(double value) {
        if (Double.isNaN(value)) {
            throw new NumberFormatException("not a number");
        }
        return value;
    }

    /** The nearest float, since a REAL is no exact number to begin with; not an infinite one for a finite number. */
    static Float asFloat(ColumnValues values, int column) {
        double value = asDouble(values, column);
        float nearest = (float) value;
        if (Float.isInfinite(nearest) && !Double.isInfinite(value)) {
            throw new ArithmeticException("float overflow");
        }
        return nearest;
    }

    static BigDecimal asDecimal(ColumnValues values, int column) {
        return switch (values.typeAt(column)) {
            case ColumnValues.INTEGER -> BigDecimal.valueOf(values.longAt(column));
            case ColumnValues.REAL -> BigDecimal.valueOf(values.doubleAt(column));
            case ColumnValues.TEXT -> new BigDecimal(values.textAt(column).trim());
            default -> throw new NumberFormatException("not a number");
        };
    }

    static Boolean asBoolean(ColumnValues values, int column) {
        if (values.typeAt(column) == ColumnValues.TEXT) {
            String text = values.textAt(column);
            if ("true".equalsIgnoreCase(text) || "false".equalsIgnoreCase(text)) {
                return Boolean.valueOf(text);
            }
        }
        long value = asLong(values, column);
        if (value != 0 && value != 1) {
            throw new ArithmeticException("neither 0 nor 1");
        }
        return value == 1;
    }

    static Number asNumber(ColumnValues values, int column) {
        return switch (values.typeAt(column)) {
            case ColumnValues.INTEGER -> values.longAt(column);
            case ColumnValues.REAL -> values.doubleAt(column);
            default -> asDecimal(values, column);
        };
    }
}
