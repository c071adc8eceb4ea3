package io.headrace.redis;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The components of a record type as the fields of a hash. */
final class HashShape<R extends Record> {

    private final Class<R> type;
    private final Map<String, HashField> fields = new LinkedHashMap<>();
    private final Constructor<R> constructor;

    private HashShape(Class<R> type) {
        this.type = type;
        RecordComponent[] components = type.getRecordComponents();
        if (components == null || components.length == 0) {
            throw new IllegalArgumentException(type.getName() + " is not a record with components. A hash has one field"
                    + " for each; use keyValues for other types.");
        }
        for (RecordComponent component : components) {
            fields.put(component.getName(), HashField.of(component));
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            this.constructor = type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Every record has a canonical constructor.", e);
        }
        constructor.setAccessible(true);
    }

    static <R extends Record> HashShape<R> of(Class<R> type) {
        return new HashShape<>(type);
    }

    HashField field(@Nullable String name, String fullKey) {
        HashField field = name == null ? null : fields.get(name);
        if (field == null) {
            throw new RedisInputException("There is no component '" + name + "' in " + type.getName()
                    + ", asked for at key '" + fullKey + "'. Its components are " + fields.keySet() + ".");
        }
        return field;
    }

    /** The encoded values of all components that are not null. */
    Map<String, byte[]> encode(String fullKey, @Nullable R record) {
        if (record == null) {
            throw new RedisInputException("The record for key '" + fullKey + "' is null. Delete the key instead.");
        }
        Map<String, byte[]> encoded = new LinkedHashMap<>();
        fields.forEach((name, field) -> {
            Object value = field.read(record);
            if (value != null) {
                encoded.put(name, field.encode(fullKey, value));
            }
        });
        if (encoded.isEmpty()) {
            throw new RedisInputException("All components of the record for key '" + fullKey
                    + "' are null, and Redis has no empty hashes. Delete the key instead.");
        }
        return encoded;
    }

    R decode(String fullKey, Map<String, byte[]> stored) {
        Object[] values = fields.values().stream()
                .map(field -> field.decodeComponent(fullKey, stored.get(field.name())))
                .toArray();
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new RedisCodecException(
                    "The fields stored under key '" + fullKey + "' were refused by the constructor of " + type.getName()
                            + ".",
                    e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The constructor of " + type.getName() + " cannot be called.", e);
        }
    }
}
