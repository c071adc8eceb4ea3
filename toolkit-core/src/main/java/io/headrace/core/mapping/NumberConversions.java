package io.headrace.core.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Year;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers as other numbers, where nothing is lost; what would lose something is refused, value by value. */
final class NumberConversions {

    private static final Map<Class<?>, Conversion> BY_TARGET = Map.ofEntries(
            Map.entry(Long.class, value -> toLong((Number) value)),
            Map.entry(Integer.class, value -> (int) inRange((Number) value, Integer.MIN_VALUE, Integer.MAX_VALUE)),
            Map.entry(Short.class, value -> (short) inRange((Number) value, Short.MIN_VALUE, Short.MAX_VALUE)),
            Map.entry(Byte.class, value -> (byte) inRange((Number) value, Byte.MIN_VALUE, Byte.MAX_VALUE)),
            Map.entry(Double.class, value -> toDouble((Number) value)),
            Map.entry(Float.class, value -> toFloat((Number) value)),
            Map.entry(BigDecimal.class, value -> toDecimal((Number) value)),
            Map.entry(BigInteger.class, value -> toBigInteger((Number) value)),
            Map.entry(Boolean.class, value -> inRange((Number) value, 0, 1) == 1),
            Map.entry(Year.class, value -> Year.of((int) inRange((Number) value, Year.MIN_VALUE, Year.MAX_VALUE))));

    private NumberConversions() {}

    static @Nullable Conversion to(Class<?> target) {
        return BY_TARGET.get(target);
    }

    private static long inRange(Number value, long least, long most) {
        long whole = toLong(value);
        if (whole < least || whole > most) {
            throw new ConversionException("a value is out of its range of " + least + " to " + most);
        }
        return whole;
    }

    private static long toLong(Number value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return value.longValue();
        }
        try {
            return toDecimal(value).longValueExact();
        } catch (ArithmeticException error) {
            throw new ConversionException("a value is not whole or is out of range");
        }
    }

    private static BigInteger toBigInteger(Number value) {
        try {
            return toDecimal(value).toBigIntegerExact();
        } catch (ArithmeticException error) {
            throw new ConversionException("a value is not whole");
        }
    }

    private static BigDecimal toDecimal(Number value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger whole) {
            return new BigDecimal(whole);
        }
        if (value instanceof Double || value instanceof Float) {
            if (!Double.isFinite(value.doubleValue())) {
                throw new ConversionException("a value is infinite or not a number");
            }
            return new BigDecimal(value.toString());
        }
        return BigDecimal.valueOf(value.longValue());
    }

    private static double toDouble(Number value) {
        double real = value.doubleValue();
        boolean same = value instanceof Float || value instanceof Double
                ? true
                : Double.isFinite(real) && new BigDecimal(Double.toString(real)).compareTo(toDecimal(value)) == 0;
        if (!same) {
            throw new ConversionException("a value has more digits than a double holds");
        }
        return real;
    }

    private static float toFloat(Number value) {
        float real = value.floatValue();
        boolean same = value instanceof Double wide
                ? Double.compare(real, wide) == 0
                : value instanceof Float
                        || Float.isFinite(real)
                                && new BigDecimal(Float.toString(real)).compareTo(toDecimal(value)) == 0;
        if (!same) {
            throw new ConversionException("a value has more digits than a float holds");
        }
        return real;
    }
}
