package io.headrace.core.bulk;

import java.util.Set;

/** Booleans, whole numbers and floating point numbers. */
final class NumberWriters {

    private static final long LARGEST_OID = 0xFFFF_FFFFL;
    private static final Set<Class<?>> WHOLE =
            Set.of(long.class, int.class, short.class, byte.class, Long.class, Integer.class, Short.class, Byte.class);
    private static final Set<Class<?>> REAL = Set.of(
            double.class,
            float.class,
            Double.class,
            Float.class,
            long.class,
            int.class,
            short.class,
            Long.class,
            Integer.class,
            Short.class);

    static final ValueWriter BOOLEAN = new ScalarWriter(
            Set.of(boolean.class, Boolean.class),
            (value, out) -> out.putInt(1).putByte((Boolean) value ? 1 : 0),
            (value, out) -> out.append((Boolean) value ? 't' : 'f'));

    static final ValueWriter INT2 = new ScalarWriter(
            WHOLE, (value, out) -> out.putInt(2).putShort(toShort(value)), (value, out) -> out.append(toShort(value)));

    static final ValueWriter INT4 = new ScalarWriter(
            WHOLE, (value, out) -> out.putInt(4).putInt(toInt(value)), (value, out) -> out.append(toInt(value)));

    static final ValueWriter INT8 = new ScalarWriter(
            WHOLE,
            (value, out) -> out.putInt(8).putLong(((Number) value).longValue()),
            (value, out) -> out.append(((Number) value).longValue()));

    static final ValueWriter OID = new ScalarWriter(
            WHOLE, (value, out) -> out.putInt(4).putInt((int) toOid(value)), (value, out) -> out.append(toOid(value)));

    static final ValueWriter FLOAT4 = new ScalarWriter(
            Set.of(float.class, Float.class),
            (value, out) -> out.putInt(4).putInt(Float.floatToRawIntBits((Float) value)),
            (value, out) -> out.append((Float) value));

    static final ValueWriter FLOAT8 = new ScalarWriter(
            REAL,
            (value, out) -> out.putInt(8).putLong(Double.doubleToRawLongBits(toDouble(value))),
            (value, out) -> out.append(toDouble(value)));

    private NumberWriters() {}

    private static int toShort(Object value) {
        long whole = ((Number) value).longValue();
        if (whole != (short) whole) {
            throw new ArithmeticException("out of range of a two-byte integer");
        }
        return (int) whole;
    }

    private static int toInt(Object value) {
        return value instanceof Integer whole ? whole : Math.toIntExact(((Number) value).longValue());
    }

    private static long toOid(Object value) {
        long whole = ((Number) value).longValue();
        if (whole < 0 || whole > LARGEST_OID) {
            throw new ArithmeticException("out of range of an object identifier");
        }
        return whole;
    }

    private static double toDouble(Object value) {
        double real = ((Number) value).doubleValue();
        if (value instanceof Long whole && ((long) real != whole || whole == Long.MAX_VALUE)) {
            throw new ArithmeticException("not exactly representable as a double");
        }
        return real;
    }
}
