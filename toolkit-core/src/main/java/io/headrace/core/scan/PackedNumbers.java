package io.headrace.core.scan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Numbers; wider Java types are served, narrower ones are left to the driver. */
final class PackedNumbers {

    static final PackedType INT2 = (data, offset, length, type) -> {
        short value = BigEndian.int2(data, offset);
        return type == Short.class || type == Object.class ? value : whole(value, type);
    };

    static final PackedType INT4 = (data, offset, length, type) -> {
        int value = BigEndian.int4(data, offset);
        return type == Object.class ? (Object) value : whole(value, type);
    };

    static final PackedType INT8 = (data, offset, length, type) ->
            type == Long.class || type == Object.class ? BigEndian.int8(data, offset) : PackedType.UNKNOWN;

    static final PackedType FLOAT4 = (data, offset, length, type) -> type == Float.class || type == Object.class
            ? Float.intBitsToFloat(BigEndian.int4(data, offset))
            : PackedType.UNKNOWN;

    static final PackedType FLOAT8 = (data, offset, length, type) -> type == Double.class || type == Object.class
            ? Double.longBitsToDouble(BigEndian.int8(data, offset))
            : PackedType.UNKNOWN;

    static final PackedType NUMERIC = (data, offset, length, type) ->
            type == BigDecimal.class || type == Object.class ? numeric(data, offset) : PackedType.UNKNOWN;

    private static final int GROUP = 10_000;
    private static final int DIGITS_PER_GROUP = 4;
    private static final int GROUPS_IN_A_LONG = 4;
    private static final int HEADER = 8;
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;

    private PackedNumbers() {}

    private static Object whole(int value, Class<?> type) {
        if (type == Integer.class) {
            return value;
        }
        return type == Long.class ? (Object) (long) value : PackedType.UNKNOWN;
    }

    /** Groups of four digits, the weight of the first, the sign, and how many digits stand behind the point. */
    private static BigDecimal numeric(byte[] data, int offset) {
        int groups = BigEndian.int2(data, offset);
        int weight = BigEndian.int2(data, offset + 2);
        int sign = BigEndian.int2(data, offset + 4) & 0xffff;
        int scale = BigEndian.int2(data, offset + 6);
        if (sign != POSITIVE && sign != NEGATIVE) {
            throw new IllegalArgumentException("numeric NaN and Infinity have no BigDecimal");
        }
        int groupScale = (groups - 1 - weight) * DIGITS_PER_GROUP;
        if (groups > GROUPS_IN_A_LONG) {
            return largeNumeric(data, offset, groups, groupScale, scale, sign == NEGATIVE);
        }
        long digits = 0;
        for (int i = 0; i < groups; i++) {
            digits = digits * GROUP + BigEndian.int2(data, offset + HEADER + 2 * i);
        }
        // Up to three digits of the last group stand behind the scale; they are zeros.
        int point = groupScale;
        for (; point > scale && digits != 0; point--) {
            digits /= 10;
        }
        BigDecimal value = BigDecimal.valueOf(sign == NEGATIVE ? -digits : digits, digits == 0 ? scale : point);
        return digits == 0 || point == scale ? value : value.setScale(scale);
    }

    private static BigDecimal largeNumeric(
            byte[] data, int offset, int groups, int groupScale, int scale, boolean negative) {
        StringBuilder digits = new StringBuilder(groups * DIGITS_PER_GROUP + 1).append(negative ? "-0" : "0");
        for (int i = 0; i < groups; i++) {
            // The one in front keeps the zeros behind it and is cut off again.
            digits.append(
                    Integer.toString(GROUP + BigEndian.int2(data, offset + HEADER + 2 * i)), 1, DIGITS_PER_GROUP + 1);
        }
        return new BigDecimal(new BigInteger(digits.toString()), groupScale).setScale(scale, RoundingMode.DOWN);
    }
}
