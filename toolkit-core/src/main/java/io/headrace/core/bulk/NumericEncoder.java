package io.headrace.core.bulk;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The binary form of {@code numeric} ({@code numeric_recv}): digits to the base 10,000, most significant first; the
 * weight of the first digit; the sign; and the number of decimals to show.
 */
final class NumericEncoder {

    private static final int DECIMALS_PER_DIGIT = 4;
    private static final BigInteger BASE = BigInteger.valueOf(10_000);
    private static final int NEGATIVE = 0x4000;
    private static final int MOST_DECIMALS = 16_383;

    private NumericEncoder() {}

    static void write(BigDecimal value, ByteBuf out) {
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        if (plain.scale() > MOST_DECIMALS) {
            throw new ArithmeticException("more than " + MOST_DECIMALS + " decimals");
        }
        int decimalDigits = (plain.scale() + DECIMALS_PER_DIGIT - 1) / DECIMALS_PER_DIGIT;
        BigInteger rest = plain.setScale(decimalDigits * DECIMALS_PER_DIGIT)
                .unscaledValue()
                .abs();
        Deque<Integer> digits = new ArrayDeque<>();
        while (rest.signum() > 0) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            digits.addFirst(parts[1].intValue());
            rest = parts[0];
        }
        int weight = digits.size() - decimalDigits - 1;
        while (!digits.isEmpty() && digits.peekLast() == 0) {
            digits.removeLast();
        }
        out.writeInt(8 + 2 * digits.size())
                .writeShort(digits.size())
                .writeShort(digits.isEmpty() ? 0 : weight)
                .writeShort(plain.signum() < 0 ? NEGATIVE : 0)
                .writeShort(plain.scale());
        digits.forEach(out::writeShort);
    }
}
