package io.headrace.core.mapping;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.function.Function;

/** The binary forms of PostgreSQL's types, as the {@code *send} functions of the server write them. */
final class PostgresqlBinary {

    /** 2000-01-01, PostgreSQL's epoch, in Java's. */
    private static final long EPOCH_DAY = 10_957;

    private static final long EPOCH_SECOND = EPOCH_DAY * 86_400;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 0x4000;
    private static final int GROUP = 10_000;
    private static final int DIGITS_PER_GROUP = 4;

    /** Four groups of four digits and a fifth that may be scaled fit into a long. */
    private static final int GROUPS_IN_LONG = 4;

    private PostgresqlBinary() {}

    static BigDecimal numeric(ByteBuf buffer) {
        int groups = buffer.readUnsignedShort();
        int weight = buffer.readShort();
        int sign = buffer.readUnsignedShort();
        int scale = buffer.readUnsignedShort();
        if (sign != POSITIVE && sign != NEGATIVE) {
            throw new ConversionException("a value is infinite or not a number");
        }
        BigDecimal unscaled = groups <= GROUPS_IN_LONG ? ofLong(buffer, groups) : ofGroups(buffer, groups);
        int unscaledBy = DIGITS_PER_GROUP * (groups - 1 - weight);
        BigDecimal value = groups == 0
                ? BigDecimal.valueOf(0, scale)
                // Never rounds: the groups hold no digit behind the scale, only zeros that fill the last one up.
                : unscaled.scaleByPowerOfTen(-unscaledBy).setScale(scale);
        return sign == NEGATIVE ? value.negate() : value;
    }

    private static BigDecimal ofLong(ByteBuf buffer, int groups) {
        long unscaled = 0;
        for (int i = 0; i < groups; i++) {
            unscaled = unscaled * GROUP + buffer.readUnsignedShort();
        }
        return BigDecimal.valueOf(unscaled);
    }

    private static BigDecimal ofGroups(ByteBuf buffer, int groups) {
        StringBuilder digits = new StringBuilder(groups * DIGITS_PER_GROUP);
        for (int i = 0; i < groups; i++) {
            String group = Integer.toString(GROUP + buffer.readUnsignedShort());
            digits.append(group, 1, 1 + DIGITS_PER_GROUP);
        }
        return new BigDecimal(new BigInteger(digits.toString()));
    }

    /** Infinity is what it is in text form: the farthest date there is in Java. */
    static LocalDate date(ByteBuf buffer) {
        int days = buffer.readInt();
        if (days == Integer.MAX_VALUE) {
            return LocalDate.MAX;
        }
        return days == Integer.MIN_VALUE ? LocalDate.MIN : LocalDate.ofEpochDay(days + EPOCH_DAY);
    }

    /** 24:00, which Java does not have, is the last moment of the day, as in text form and as the driver writes it. */
    static LocalTime time(ByteBuf buffer) {
        long micros = buffer.readLong();
        return micros == MICROS_PER_DAY ? LocalTime.MAX : LocalTime.ofNanoOfDay(micros * 1_000);
    }

    static OffsetTime timetz(ByteBuf buffer) {
        return time(buffer).atOffset(ZoneOffset.ofTotalSeconds(-buffer.readInt()));
    }

    /** The text form too, of which the driver's parser knows only some: an offset there ends in hours at the earliest. */
    static OffsetTime timetz(String text) {
        int sign = Math.max(text.indexOf('+'), text.indexOf('-'));
        String time = text.substring(0, sign);
        return (time.equals("24:00:00") ? LocalTime.MAX : LocalTime.parse(time))
                .atOffset(ZoneOffset.of(text.substring(sign)));
    }

    static LocalDateTime timestamp(ByteBuf buffer) {
        long micros = buffer.readLong();
        if (micros == Long.MAX_VALUE) {
            return LocalDateTime.MAX;
        }
        return micros == Long.MIN_VALUE ? LocalDateTime.MIN : ofMicros(micros);
    }

    static OffsetDateTime timestamptz(ByteBuf buffer) {
        long micros = buffer.readLong();
        if (micros == Long.MAX_VALUE) {
            return OffsetDateTime.MAX;
        }
        return micros == Long.MIN_VALUE ? OffsetDateTime.MIN : ofMicros(micros).atOffset(ZoneOffset.UTC);
    }

    private static LocalDateTime ofMicros(long micros) {
        return LocalDateTime.ofEpochSecond(
                EPOCH_SECOND + Math.floorDiv(micros, MICROS_PER_SECOND),
                (int) Math.floorMod(micros, MICROS_PER_SECOND) * 1_000,
                ZoneOffset.UTC);
    }

    static IntervalValue interval(ByteBuf buffer) {
        long micros = buffer.readLong();
        int days = buffer.readInt();
        int months = buffer.readInt();
        if (months == Integer.MAX_VALUE || months == Integer.MIN_VALUE) {
            throw new ConversionException("a value is infinite");
        }
        return new IntervalValue(months, days, micros);
    }

    /** The text of a type of the database's own, most of which are text in both forms; what cannot be text is refused. */
    static String text(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        for (byte one : bytes) {
            if (one == 0) {
                throw notText();
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException error) {
            throw notText();
        }
    }

    private static ConversionException notText() {
        return new ConversionException("it comes in binary form, which only the server can turn into text");
    }

    static Object[] array(ByteBuf buffer, Function<ByteBuf, Object> decoder) {
        int[] sizes = new int[buffer.readInt()];
        buffer.skipBytes(Integer.BYTES + Integer.BYTES);
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = buffer.readInt();
            buffer.skipBytes(Integer.BYTES);
        }
        return sizes.length == 0 ? new Object[0] : elements(buffer, sizes, 0, decoder);
    }

    private static Object[] elements(ByteBuf buffer, int[] sizes, int dimension, Function<ByteBuf, Object> decoder) {
        Object[] elements = new Object[sizes[dimension]];
        for (int i = 0; i < elements.length; i++) {
            if (dimension + 1 < sizes.length) {
                elements[i] = elements(buffer, sizes, dimension + 1, decoder);
            } else {
                int length = buffer.readInt();
                if (length >= 0) {
                    elements[i] = decoder.apply(buffer.readSlice(length));
                }
            }
        }
        return elements;
    }
}
