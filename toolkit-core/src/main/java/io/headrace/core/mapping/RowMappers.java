package io.headrace.core.mapping;

import io.headrace.core.json.JsonCodec;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the mapper of a type: records by component name, {@code Map} by column label, anything else as one scalar.
 * Thread-safe; keeps one mapper per type, with what it has learned of the results it was used for.
 */
public final class RowMappers {

    private static final RowMappers DEFAULTS = of(JsonCodec.onClassPath(), Converters.none());

    private final ValueMapping mapping;

    // Bounded by the number of types of the program.
    private final Map<Type, RowMapper<?>> byType = new ConcurrentHashMap<>();

    private RowMappers(ValueMapping mapping) {
        this.mapping = mapping;
    }

    /** Mappers that read JSON by this codec and the program's own types by these converters. */
    public static RowMappers of(JsonCodec json, Converters converters) {
        return new RowMappers(new ValueMapping(json, converters));
    }

    /** The mapper of this type without converters, JSON by what is on the class path; the same one each time. No I/O. */
    public static <T> RowMapper<T> forType(Class<T> type) {
        return DEFAULTS.mapper(type);
    }

    /** The mapper of this type; the same one each time. No I/O. */
    @SuppressWarnings("unchecked")
    public <T> RowMapper<T> mapper(Class<T> type) {
        return (RowMapper<T>) mapper((Type) type);
    }

    /** The same for a type with arguments, such as the generic type of a {@code List<Long>} component. */
    public RowMapper<?> mapper(Type type) {
        RowMapper<?> known = byType.get(type);
        return known == null ? byType.computeIfAbsent(type, this::make) : known;
    }

    private RowMapper<?> make(Type type) {
        ValueType valueType = ValueType.of(type);
        if (mapping.converters().find(valueType.boxed()) != null) {
            return new ScalarMapper<>(valueType, mapping);
        }
        if (valueType.raw().isRecord() && !valueType.optional()) {
            return new RecordMapper<>(valueType.raw(), mapping);
        }
        return valueType.raw() == Map.class ? new MapMapper(mapping) : new ScalarMapper<>(valueType, mapping);
    }
}
