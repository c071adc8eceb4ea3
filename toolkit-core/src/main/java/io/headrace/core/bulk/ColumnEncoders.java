package io.headrace.core.bulk;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The binary forms of PostgreSQL's types, as the {@code *send} and {@code *recv} functions of the server define them. A
 * value that would lose something is refused: whole numbers out of range, times finer than a microsecond.
 */
final class ColumnEncoders {

    private static final LocalDate EPOCH_DATE = LocalDate.of(2000, 1, 1);
    private static final LocalDateTime EPOCH = EPOCH_DATE.atStartOfDay();

    private static final Set<Class<?>> WHOLE =
            Set.of(long.class, int.class, short.class, byte.class, Long.class, Integer.class, Short.class, Byte.class);
    private static final Set<Class<?>> REAL = Set.of(
            double.class, float.class, Double.class, Float.class, long.class, int.class, Long.class, Integer.class);

    private static final ColumnEncoder TEXT =
            new ColumnEncoder(Set.of(CharSequence.class, Enum.class, Character.class, char.class), (value, out) -> {
                String text = value instanceof Enum<?> constant ? constant.name() : value.toString();
                writeText(text, out);
            });

    /** By the object identifiers of {@code pg_type.dat}, which never change. */
    private static final Map<Long, ColumnEncoder> BY_OID = Map.ofEntries(
            Map.entry(16L, new ColumnEncoder(Set.of(boolean.class, Boolean.class), (value, out) -> out.writeInt(1)
                    .writeBoolean((Boolean) value))),
            Map.entry(21L, new ColumnEncoder(WHOLE, (value, out) -> out.writeInt(2)
                    .writeShort(toShort(value)))),
            Map.entry(23L, new ColumnEncoder(WHOLE, (value, out) -> out.writeInt(4)
                    .writeInt(Math.toIntExact(((Number) value).longValue())))),
            Map.entry(20L, new ColumnEncoder(WHOLE, (value, out) -> out.writeInt(8)
                    .writeLong(((Number) value).longValue()))),
            Map.entry(700L, new ColumnEncoder(Set.of(float.class, Float.class), (value, out) -> out.writeInt(4)
                    .writeFloat((Float) value))),
            Map.entry(701L, new ColumnEncoder(REAL, (value, out) -> out.writeInt(8)
                    .writeDouble(toDouble(value)))),
            Map.entry(1700L, numeric()),
            Map.entry(25L, TEXT),
            Map.entry(1043L, TEXT),
            Map.entry(1042L, TEXT),
            Map.entry(19L, TEXT),
            Map.entry(114L, TEXT),
            Map.entry(3802L, jsonb()),
            Map.entry(17L, new ColumnEncoder(Set.of(byte[].class), (value, out) -> out.writeInt(((byte[]) value).length)
                    .writeBytes((byte[]) value))),
            Map.entry(2950L, new ColumnEncoder(Set.of(UUID.class), (value, out) -> out.writeInt(16)
                    .writeLong(((UUID) value).getMostSignificantBits())
                    .writeLong(((UUID) value).getLeastSignificantBits()))),
            Map.entry(1082L, new ColumnEncoder(Set.of(LocalDate.class), (value, out) -> out.writeInt(4)
                    .writeInt(Math.toIntExact(ChronoUnit.DAYS.between(EPOCH_DATE, (LocalDate) value))))),
            Map.entry(1083L, new ColumnEncoder(Set.of(LocalTime.class), (value, out) -> out.writeInt(8)
                    .writeLong(wholeMicros(((LocalTime) value).toNanoOfDay())))),
            Map.entry(1114L, new ColumnEncoder(Set.of(LocalDateTime.class), (value, out) -> out.writeInt(8)
                    .writeLong(micros((LocalDateTime) value)))),
            Map.entry(
                    1184L,
                    new ColumnEncoder(
                            Set.of(Instant.class, OffsetDateTime.class, ZonedDateTime.class),
                            (value, out) -> out.writeInt(8).writeLong(micros(toUtc(value))))));

    private ColumnEncoders() {}

    /** The encoder of a built-in type, null where there is none yet. */
    static @Nullable ColumnEncoder of(long typeOid) {
        return BY_OID.get(typeOid);
    }

    static ColumnEncoder text() {
        return TEXT;
    }

    private static ColumnEncoder numeric() {
        Set<Class<?>> types =
                Set.of(BigDecimal.class, BigInteger.class, long.class, int.class, Long.class, Integer.class);
        return new ColumnEncoder(types, (value, out) -> NumericEncoder.write(toDecimal(value), out));
    }

    private static ColumnEncoder jsonb() {
        return new ColumnEncoder(Set.of(CharSequence.class), (value, out) -> {
            byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
            // Version 1 of jsonb's wire format is its text form behind one byte.
            out.writeInt(text.length + 1).writeByte(1).writeBytes(text);
        });
    }

    private static void writeText(String text, ByteBuf out) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL text cannot hold the character U+0000");
        }
        int lengthIndex = out.writerIndex();
        out.writeInt(0);
        int length = ByteBufUtil.writeUtf8(out, text);
        out.setInt(lengthIndex, length);
    }

    private static int toShort(Object value) {
        long whole = ((Number) value).longValue();
        if (whole != (short) whole) {
            throw new ArithmeticException("out of range of a two-byte integer");
        }
        return (int) whole;
    }

    private static double toDouble(Object value) {
        double real = ((Number) value).doubleValue();
        if (value instanceof Long whole && (long) real != whole) {
            throw new ArithmeticException("not exactly representable as a double");
        }
        return real;
    }

    private static BigDecimal toDecimal(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value instanceof BigInteger whole
                ? new BigDecimal(whole)
                : BigDecimal.valueOf(((Number) value).longValue());
    }

    private static LocalDateTime toUtc(Object value) {
        Instant instant;
        if (value instanceof Instant direct) {
            instant = direct;
        } else {
            instant = value instanceof OffsetDateTime offset ? offset.toInstant() : ((ZonedDateTime) value).toInstant();
        }
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private static long micros(LocalDateTime value) {
        LocalDateTime wholeSeconds = value.truncatedTo(ChronoUnit.SECONDS);
        long micros = wholeMicros(ChronoUnit.NANOS.between(wholeSeconds, value));
        return Math.addExact(Math.multiplyExact(ChronoUnit.SECONDS.between(EPOCH, wholeSeconds), 1_000_000L), micros);
    }

    private static long wholeMicros(long nanos) {
        if (nanos % 1_000 != 0) {
            throw new ArithmeticException("finer than a microsecond; truncate it first");
        }
        return nanos / 1_000;
    }
}
