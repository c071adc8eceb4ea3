package io.headrace.redis;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Codecs for types whose text is short, stable and readable on the server. */
final class ScalarCodecs {

    private static final Map<Class<?>, Codec<?>> CODECS = Map.ofEntries(
            Map.entry(String.class, Codec.string()),
            Map.entry(byte[].class, Codec.bytes()),
            text(Boolean.class, ScalarCodecs::bool),
            text(Byte.class, Byte::valueOf),
            text(Short.class, Short::valueOf),
            text(Integer.class, Integer::valueOf),
            text(Long.class, Long::valueOf),
            text(Float.class, Float::valueOf),
            text(Double.class, Double::valueOf),
            text(BigDecimal.class, BigDecimal::new),
            text(BigInteger.class, BigInteger::new),
            text(UUID.class, UUID::fromString),
            text(Instant.class, Instant::parse),
            text(LocalDate.class, LocalDate::parse),
            text(LocalTime.class, LocalTime::parse),
            text(LocalDateTime.class, LocalDateTime::parse),
            text(OffsetDateTime.class, OffsetDateTime::parse),
            text(ZonedDateTime.class, ZonedDateTime::parse),
            text(Duration.class, Duration::parse));

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class,
            char.class, Character.class);

    private ScalarCodecs() {}

    private static <V> Map.Entry<Class<?>, Codec<?>> text(Class<V> type, Function<String, V> parse) {
        return Map.entry(type, Codec.string().map(Object::toString, parse));
    }

    /** Anything but the two words is damage, not false. */
    private static Boolean bool(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException("Not a boolean.");
    }

    static Class<?> boxed(Class<?> type) {
        return BOXES.getOrDefault(type, type);
    }

    /** The codec of a scalar, of an enum, or JSON for anything else. */
    static Codec<?> forType(Class<?> raw, Type generic) {
        Class<?> type = boxed(raw);
        Codec<?> scalar = CODECS.get(type);
        if (scalar != null) {
            return scalar;
        }
        return type.isEnum() ? enumCodec(type) : BuiltInCodecs.json(generic);
    }

    private static Codec<?> enumCodec(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        return Codec.string().map(constant -> ((Enum<?>) constant).name(), text -> {
            for (Object constant : constants) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException("No such constant of " + type.getName() + ".");
        });
    }
}
