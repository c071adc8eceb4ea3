package io.headrace.redis;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record as a field of a hash.
 *
 * @param name of the component and the field
 * @param type of the component, boxed
 * @param primitive whether it cannot be null
 * @param codec for the component
 * @param accessor of the record
 */
record HashField(String name, Class<?> type, boolean primitive, Codec<?> codec, Method accessor) {

    private static final Set<Class<?>> COUNTABLE = Set.of(Byte.class, Short.class, Integer.class, Long.class);

    static HashField of(RecordComponent component) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new HashField(
                component.getName(),
                ScalarCodecs.boxed(component.getType()),
                component.getType().isPrimitive(),
                ScalarCodecs.forType(component.getType(), component.getGenericType()),
                accessor);
    }

    @Nullable
    Object read(Record owner) {
        try {
            return accessor.invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Component '" + name + "' could not be read.", e);
        }
    }

    @SuppressWarnings("unchecked") // the type of the value is checked first
    byte[] encode(String fullKey, Object value) {
        mustBe(value.getClass(), fullKey);
        try {
            return ((Codec<Object>) codec).encode(value);
        } catch (RuntimeException e) {
            throw new RedisCodecException(
                    "The value of component '" + name + "' for key '" + fullKey + "' could not be encoded.", e);
        }
    }

    Object decode(String fullKey, byte[] bytes) {
        try {
            return codec.decode(bytes);
        } catch (RuntimeException e) {
            throw new RedisCodecException(
                    "The " + bytes.length + " bytes in field '" + name + "' of key '" + fullKey
                            + "' could not be decoded as " + type.getName() + ".",
                    e);
        }
    }

    @Nullable
    Object decodeComponent(String fullKey, byte @Nullable [] bytes) {
        if (bytes != null) {
            return decode(fullKey, bytes);
        }
        if (primitive) {
            throw new RedisCodecException(
                    "The hash under key '" + fullKey + "' has no field '" + name
                            + "', and the component is primitive. Give it a default on the server, or a type that can be null.");
        }
        return null;
    }

    /** Refuses null for primitives before anything is sent. */
    void mustBeNullable(String fullKey) {
        if (primitive) {
            throw new RedisInputException(
                    "Component '" + name + "' for key '" + fullKey + "' is primitive and cannot be null.");
        }
    }

    void mustBe(Class<?> other, String fullKey) {
        if (!type.isAssignableFrom(other)) {
            throw new RedisInputException("Component '" + name + "' for key '" + fullKey + "' is of type "
                    + type.getName() + ", not " + other.getName() + ".");
        }
    }

    void mustBeCountable(String fullKey) {
        if (!COUNTABLE.contains(type)) {
            throw new RedisInputException("Component '" + name + "' for key '" + fullKey + "' is of type "
                    + type.getName() + " and cannot be incremented. It must be byte, short, int or long.");
        }
    }
}
