package io.headrace.core.bulk;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Set;

/**
 * {@code numeric}. The binary form ({@code numeric_recv}): digits to the base 10,000, most significant first; the weight
 * of the first digit; the sign; and the number of decimals to show.
 */
final class NumericWriter {

    static final ValueWriter NUMERIC = new ScalarWriter(
            Set.of(
                    BigDecimal.class,
                    BigInteger.class,
                    long.class,
                    int.class,
                    short.class,
                    byte.class,
                    Long.class,
                    Integer.class,
                    Short.class,
                    Byte.class),
            (value, out) -> binary(toDecimal(value), out),
            (value, out) -> out.append(toDecimal(value).toPlainString()));

    private static final int DECIMALS_PER_DIGIT = 4;
    private static final int BASE = 10_000;
    private static final BigInteger BIG_BASE = BigInteger.valueOf(BASE);
    private static final int NEGATIVE = 0x4000;
    private static final int MOST_DECIMALS = 16_383;
    private static final int MOST_WHOLE_DIGITS = 131_072;
    // A long holds 18 digits, three of which may be needed to fill up the last digit to the base 10,000.
    private static final int DIGITS_OF_A_LONG = 15;
    private static final int[] POWERS_OF_TEN = {1, 10, 100, 1_000};

    private NumericWriter() {}

    private static void binary(BigDecimal value, RowBuffer out) {
        int decimalDigits = (value.scale() + DECIMALS_PER_DIGIT - 1) / DECIMALS_PER_DIGIT;
        short[] digits = value.precision() <= DIGITS_OF_A_LONG
                ? smallDigits(value, decimalDigits)
                : bigDigits(value, decimalDigits);
        int significant = digits.length;
        while (significant > 0 && digits[significant - 1] == 0) {
            significant--;
        }
        out.putInt(8 + 2 * significant)
                .putShort(significant)
                .putShort(significant == 0 ? 0 : digits.length - decimalDigits - 1)
                .putShort(value.signum() < 0 ? NEGATIVE : 0)
                .putShort(value.scale());
        for (int i = 0; i < significant; i++) {
            out.putShort(digits[i]);
        }
    }

    private static short[] smallDigits(BigDecimal value, int decimalDigits) {
        long unscaled = Math.abs(value.unscaledValue().longValue());
        long rest = unscaled * POWERS_OF_TEN[decimalDigits * DECIMALS_PER_DIGIT - value.scale()];
        int count = 0;
        for (long left = rest; left > 0; left /= BASE) {
            count++;
        }
        short[] digits = new short[count];
        for (int i = count - 1; i >= 0; i--) {
            digits[i] = (short) (rest % BASE);
            rest /= BASE;
        }
        return digits;
    }

    private static short[] bigDigits(BigDecimal value, int decimalDigits) {
        BigInteger rest = value.setScale(decimalDigits * DECIMALS_PER_DIGIT)
                .unscaledValue()
                .abs();
        // Never too few: log10(2) is a little below 0.302.
        short[] reversed = new short[(int) (rest.bitLength() * 0.302 / DECIMALS_PER_DIGIT) + 2];
        int count = 0;
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(BIG_BASE);
            reversed[count++] = parts[1].shortValueExact();
            rest = parts[0];
        }
        short[] digits = new short[count];
        for (int i = 0; i < count; i++) {
            digits[i] = reversed[count - 1 - i];
        }
        return digits;
    }

    private static BigDecimal toDecimal(Object value) {
        if (value instanceof BigDecimal decimal) {
            return checked(decimal);
        }
        return value instanceof BigInteger whole
                ? checked(new BigDecimal(whole))
                : BigDecimal.valueOf(((Number) value).longValue());
    }

    /** Within what the server takes, looked at before 1E+1000000000 is written out. */
    private static BigDecimal checked(BigDecimal value) {
        if (value.scale() > MOST_DECIMALS) {
            throw new ArithmeticException("more than " + MOST_DECIMALS + " decimals");
        }
        if ((long) value.precision() - value.scale() > MOST_WHOLE_DIGITS) {
            throw new ArithmeticException("more than " + MOST_WHOLE_DIGITS + " digits before the point");
        }
        return value.scale() < 0 ? value.setScale(0) : value;
    }
}
