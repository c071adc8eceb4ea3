package io.headrace.core.mapping;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the mapper of a type: records by component name, {@code Map} by column label, anything else as one scalar. */
public final class RowMappers {

    // Bounded by the number of record types of the program.
    private static final Map<Class<?>, RowMapper<?>> RECORDS = new ConcurrentHashMap<>();

    private RowMappers() {}

    /** The mapper of this type; the same one for the same record type. No I/O. */
    @SuppressWarnings("unchecked")
    public static <T> RowMapper<T> forType(Class<T> type) {
        if (type.isRecord()) {
            return (RowMapper<T>) RECORDS.computeIfAbsent(type, RecordMapper::new);
        }
        if (type == Map.class) {
            return (RowMapper<T>) new MapMapper();
        }
        return new ScalarMapper<>(type);
    }
}
