package io.headrace.redis;

import java.lang.reflect.Type;
import java.util.Map;

/** Finds the codec for a type. */
final class BuiltInCodecs {

    private static final Map<Class<?>, Codec<?>> CODECS = Map.of(
            String.class, Codec.string(),
            Long.class, Codec.longs(),
            Integer.class, Codec.integers(),
            byte[].class, Codec.bytes());

    private BuiltInCodecs() {}

    @SuppressWarnings("unchecked") // each entry of the map has the type of its key
    static <V> Codec<V> forType(Class<V> type) {
        Codec<?> found = CODECS.get(type);
        if (found != null) {
            return (Codec<V>) found;
        }
        return json(type);
    }

    @SuppressWarnings("unchecked") // the codec is for this very type
    static <V> Codec<V> json(Class<V> type) {
        return (Codec<V>) json((Type) type);
    }

    /** JSON for a type with its arguments, such as the type of a record's component. */
    static Codec<?> json(Type type) {
        if (!hasJackson(BuiltInCodecs.class.getClassLoader())) {
            throw new IllegalArgumentException("There is no built-in codec for " + type.getTypeName()
                    + ". Add tools.jackson.core:jackson-databind (version 3) to store it as JSON, or pass a Codec.");
        }
        return JacksonCodec.of(type);
    }

    static boolean hasJackson(ClassLoader loader) {
        try {
            Class.forName("tools.jackson.databind.json.JsonMapper", false, loader);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
