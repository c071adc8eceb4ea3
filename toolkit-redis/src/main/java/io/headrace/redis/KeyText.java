package io.headrace.redis;

import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How typed cache keys are written. Only types whose text is stable and unique are taken. */
final class KeyText {

    private KeyText() {}

    static <K> Function<@Nullable K, @Nullable String> of(Class<K> type) {
        if (type == String.class || Number.class.isAssignableFrom(type) || type == UUID.class) {
            return key -> key == null ? null : key.toString();
        }
        if (type.isEnum()) {
            return key -> key == null ? null : ((Enum<?>) key).name();
        }
        throw new IllegalArgumentException("A cache key must be a String, a Number, a UUID or an enum, not "
                + type.getName() + ". Use Cache<String, …> and build the key yourself.");
    }
}
