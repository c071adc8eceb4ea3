package io.headrace.core.mapping;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@link Converter}s of a database by Java type; immutable. A type here goes before what the toolkit does by itself. */
public final class Converters {

    private static final Converters NONE = new Converters(Map.of());

    private final Map<Class<?>, Converter<?, ?>> byType;

    private Converters(Map<Class<?>, Converter<?, ?>> byType) {
        this.byType = byType;
    }

    /** No converter. */
    public static Converters none() {
        return NONE;
    }

    /** The same with one more, or with another one for the same type. */
    public <T> Converters with(Class<T> type, Converter<T, ?> converter) {
        Map<Class<?>, Converter<?, ?>> more = new HashMap<>(byType);
        more.put(type, converter);
        return new Converters(Map.copyOf(more));
    }

    boolean isEmpty() {
        return byType.isEmpty();
    }

    /** The converter of exactly this type. */
    @SuppressWarnings("unchecked")
    @Nullable
    Converter<Object, Object> find(Class<?> type) {
        return (Converter<Object, Object>) byType.get(type);
    }

    @Override
    public String toString() {
        return "Converters"
                + byType.keySet().stream().map(Class::getSimpleName).sorted().toList();
    }
}
