package io.headrace.sqlite;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns values into what SQLite stores: {@code Long, Double, String, byte[]} or null, without loss or not at all. A
 * {@link Blob} or {@link Clob} is left as it is, to be collected when the statement is executed.
 */
final class ValueEncoder {

    private final Map<Class<?>, Function<Object, Object>> writers;

    ValueEncoder(SqliteConfig.DateTimeFormat format) {
        StoredTimes times = new StoredTimes(format);
        writers = Map.ofEntries(
                writer(Long.class, value -> value),
                writer(Integer.class, Integer::longValue),
                writer(Short.class, Short::longValue),
                writer(Byte.class, Byte::longValue),
                writer(Boolean.class, value -> value ? 1L : 0L),
                writer(Double.class, ValueEncoder::number),
                writer(Float.class, value -> number((double) value)),
                writer(String.class, ValueEncoder::text),
                writer(Character.class, value -> text(String.valueOf(value))),
                writer(byte[].class, value -> value),
                writer(BigDecimal.class, BigDecimal::toPlainString),
                writer(BigInteger.class, BigInteger::toString),
                writer(UUID.class, UUID::toString),
                writer(LocalDate.class, times::store),
                writer(LocalTime.class, times::store),
                writer(LocalDateTime.class, times::store),
                writer(OffsetDateTime.class, times::store),
                writer(Instant.class, times::store));
    }

    @SuppressWarnings("unchecked")
    private static <T> Map.Entry<Class<?>, Function<Object, Object>> writer(
            Class<T> type, Function<T, Object> function) {
        return Map.entry(type, value -> function.apply((T) value));
    }

    @Nullable
    Object encode(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Function<Object, Object> writer = writers.get(value.getClass());
        if (writer != null) {
            return writer.apply(value);
        }
        return encodeByInterface(value);
    }

    private @Nullable Object encodeByInterface(Object value) {
        if (value instanceof Parameter parameter) {
            return encode(parameter.getValue());
        } else if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        } else if (value instanceof CharSequence text) {
            return text(text.toString());
        } else if (value instanceof Blob || value instanceof Clob) {
            return value;
        }
        throw new IllegalArgumentException(
                "SQLite cannot store a " + value.getClass().getTypeName()
                        + "; bind a number, a text, a date or time of java.time without a zone, a UUID, bytes, a Blob or a Clob"
                        + " (a list goes as a text of JSON, to be read by json_each)");
    }

    /** NaN would be stored as NULL. */
    private static Object number(Double value) {
        if (value.isNaN()) {
            throw new IllegalArgumentException(
                    "SQLite cannot store NaN, it would become NULL; bind NULL if that is meant");
        }
        return value;
    }

    /** Half a surrogate pair would be stored as a question mark. */
    static String text(String text) {
        for (int index = 0; index < text.length(); index++) {
            char unit = text.charAt(index);
            if (Character.isSurrogate(unit)) {
                if (Character.isHighSurrogate(unit)
                        && index + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(index + 1))) {
                    index++;
                } else {
                    throw new IllegalArgumentException("a text holds half a surrogate pair at position " + index
                            + ", which UTF-8 cannot write; bind its bytes instead");
                }
            }
        }
        return text;
    }
}
