package io.headrace.core.mapping;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What can be made of what without losing anything, by the types alone; the value may still refuse. */
final class Conversions {

    /** Types that the toolkit converts by itself, so that what is not in its table is wrong and not merely unknown. */
    private static final Set<Class<?>> OWN = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            Character.class,
            String.class,
            UUID.class,
            byte[].class,
            ByteBuffer.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            Instant.class,
            Duration.class,
            Period.class,
            Year.class,
            YearMonth.class);

    private static final Map<Class<?>, Conversion> OF_TEXT = Map.of(
            Character.class, value -> onlyCharacter((String) value),
            UUID.class, parsed(UUID::fromString),
            YearMonth.class, parsed(YearMonth::parse),
            ZoneId.class, parsed(ZoneId::of));

    private static final Map<Class<?>, Conversion> OF_OFFSET_DATE_TIME = Map.of(
            Instant.class, value -> ((OffsetDateTime) value).toInstant(),
            ZonedDateTime.class, value -> ((OffsetDateTime) value).toZonedDateTime());

    private static final Map<Class<?>, Conversion> OF_INSTANT = Map.of(
            OffsetDateTime.class, value -> ((Instant) value).atOffset(ZoneOffset.UTC),
            ZonedDateTime.class, value -> ((Instant) value).atZone(ZoneOffset.UTC));

    private static final Map<Class<?>, Conversion> OF_INTERVAL = Map.of(
            Duration.class, value -> ((IntervalValue) value).toDuration(),
            Period.class, value -> ((IntervalValue) value).toPeriod(),
            Object.class, Object::toString);

    private Conversions() {}

    /** Whether a value of this type is converted here or nowhere. */
    static boolean owns(Class<?> type) {
        return type.isEnum() || OWN.contains(type);
    }

    /** The way from one type to another, both boxed and no arrays; null where there is none. */
    static @Nullable Conversion between(Class<?> from, Class<?> to) {
        if (from == IntervalValue.class) {
            return OF_INTERVAL.get(to);
        }
        if (to.isAssignableFrom(from)) {
            return Conversion.NONE;
        }
        if (from == String.class) {
            return to.isEnum() ? toEnum(to) : OF_TEXT.get(to);
        }
        if (Number.class.isAssignableFrom(from)) {
            return to == String.class ? Conversions::plainText : NumberConversions.to(to);
        }
        if (from == OffsetDateTime.class) {
            return OF_OFFSET_DATE_TIME.get(to);
        }
        if (from == Instant.class) {
            return OF_INSTANT.get(to);
        }
        if (from == UUID.class && to == String.class) {
            return Object::toString;
        }
        if (ByteBuffer.class.isAssignableFrom(from) && to == byte[].class) {
            return value -> bytes((ByteBuffer) value);
        }
        return from == byte[].class && to == ByteBuffer.class ? value -> ByteBuffer.wrap((byte[]) value) : null;
    }

    /** By a map made once, since {@code Enum.valueOf} puts the value into its error. */
    private static Conversion toEnum(Class<?> type) {
        Map<String, Object> byName = new HashMap<>();
        for (Object constant : type.getEnumConstants()) {
            byName.put(((Enum<?>) constant).name(), constant);
        }
        return value -> {
            Object constant = byName.get(value);
            if (constant == null) {
                throw new ConversionException("a value is none of the constants of " + type.getSimpleName());
            }
            return constant;
        };
    }

    private static Conversion parsed(Function<String, Object> parser) {
        return value -> {
            try {
                return parser.apply((String) value);
            } catch (IllegalArgumentException | DateTimeException error) {
                throw new ConversionException("a value is not written as one");
            }
        };
    }

    private static Object onlyCharacter(String value) {
        if (value.length() != 1) {
            throw new ConversionException("a value is not exactly one character");
        }
        return value.charAt(0);
    }

    private static String plainText(Object number) {
        return number instanceof BigDecimal decimal ? decimal.toPlainString() : number.toString();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
