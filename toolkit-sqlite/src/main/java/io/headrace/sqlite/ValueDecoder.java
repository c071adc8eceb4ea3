package io.headrace.sqlite;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Reads stored values as Java types, without loss or not at all. */
final class ValueDecoder {

    private final Map<Class<?>, Reader> readers;

    ValueDecoder(SqliteConfig.DateTimeFormat format) {
        StoredTimes times = new StoredTimes(format);
        readers = Map.ofEntries(
                Map.entry(Long.class, NumberValues::asLong),
                Map.entry(Integer.class, NumberValues::asInteger),
                Map.entry(Short.class, NumberValues::asShort),
                Map.entry(Byte.class, NumberValues::asByte),
                Map.entry(Double.class, NumberValues::asDouble),
                Map.entry(Float.class, NumberValues::asFloat),
                Map.entry(BigDecimal.class, NumberValues::asDecimal),
                Map.entry(BigInteger.class, (values, column) -> NumberValues.asDecimal(values, column)
                        .toBigIntegerExact()),
                Map.entry(Boolean.class, NumberValues::asBoolean),
                Map.entry(Number.class, NumberValues::asNumber),
                Map.entry(String.class, ValueDecoder::asText),
                Map.entry(CharSequence.class, ValueDecoder::asText),
                Map.entry(Clob.class, (values, column) -> Clob.from(Mono.just(asText(values, column)))),
                Map.entry(byte[].class, ValueDecoder::asBytes),
                Map.entry(ByteBuffer.class, (values, column) -> ByteBuffer.wrap(asBytes(values, column))),
                Map.entry(
                        Blob.class, (values, column) -> Blob.from(Mono.just(ByteBuffer.wrap(asBytes(values, column))))),
                Map.entry(UUID.class, ValueDecoder::asUuid),
                Map.entry(LocalDate.class, times::asLocalDate),
                Map.entry(LocalTime.class, times::asLocalTime),
                Map.entry(LocalDateTime.class, times::asLocalDateTime),
                Map.entry(OffsetDateTime.class, times::asOffsetDateTime),
                Map.entry(Instant.class, times::asInstant));
    }

    /** By the declared type, and by the value where that says nothing or something else. */
    @Nullable
    Object decode(ColumnValues values, int index, SqliteColumnMetadata column) {
        return switch (values.typeAt(index)) {
            case ColumnValues.INTEGER -> integer(values.longAt(index), column.type());
            case ColumnValues.REAL -> values.doubleAt(index);
            case ColumnValues.TEXT -> values.textAt(index);
            case ColumnValues.BLOB -> ByteBuffer.wrap(values.bytesAt(index));
            default -> null;
        };
    }

    private static Object integer(long value, SqliteType type) {
        return switch (type) {
            case BOOLEAN -> value == 0 || value == 1 ? value == 1 : (Object) value;
            case INT -> value == (int) value ? (int) value : (Object) value;
            default -> value;
        };
    }

    <T> @Nullable T decode(ColumnValues values, int index, SqliteColumnMetadata column, Class<T> type) {
        if (values.typeAt(index) == ColumnValues.NULL) {
            return null;
        }
        if (type == Object.class) {
            return type.cast(decode(values, index, column));
        }
        Reader reader = readers.get(type);
        try {
            if (reader != null) {
                return type.cast(reader.read(values, index));
            }
            if (type.isEnum()) {
                return constant(asText(values, index), type);
            }
        } catch (ArithmeticException | IllegalArgumentException | DateTimeException error) {
            throw new IllegalArgumentException(refusal(values, index, column, type), error);
        }
        throw new IllegalArgumentException(refusal(values, index, column, type));
    }

    private static <T> T constant(String name, Class<T> type) {
        for (T constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("no such constant");
    }

    /** Without the value, which is nobody's business. */
    private static String refusal(ColumnValues values, int index, SqliteColumnMetadata column, Class<?> type) {
        String stored =
                switch (values.typeAt(index)) {
                    case ColumnValues.INTEGER -> "an INTEGER";
                    case ColumnValues.REAL -> "a REAL";
                    case ColumnValues.TEXT -> "a TEXT";
                    default -> "a BLOB";
                };
        return "column '%s' holds %s that is no %s without loss; read it as another type, or as Object to see how it is stored"
                .formatted(column.name(), stored, type.getTypeName());
    }

    private static String asText(ColumnValues values, int column) {
        return switch (values.typeAt(column)) {
            case ColumnValues.INTEGER -> Long.toString(values.longAt(column));
            case ColumnValues.REAL -> Double.toString(values.doubleAt(column));
            case ColumnValues.TEXT -> values.textAt(column);
            default -> throw new IllegalArgumentException("not a text");
        };
    }

    private static byte[] asBytes(ColumnValues values, int column) {
        if (values.typeAt(column) != ColumnValues.BLOB) {
            throw new IllegalArgumentException("not a blob");
        }
        return values.bytesAt(column);
    }

    private static UUID asUuid(ColumnValues values, int column) {
        if (values.typeAt(column) != ColumnValues.BLOB) {
            String text = asText(values, column);
            UUID uuid = UUID.fromString(text);
            if (text.length() != 36) {
                throw new IllegalArgumentException("not a UUID");
            }
            return uuid;
        }
        ByteBuffer bytes = ByteBuffer.wrap(values.bytesAt(column));
        if (bytes.remaining() != 16) {
            throw new IllegalArgumentException("not a UUID");
        }
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private interface Reader {

        Object read(ColumnValues values, int column);
    }
}
