package io.headrace.core.mapping;

import java.lang.reflect.Array;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a collection or array, perhaps in several dimensions, on their way to an array of one type.
 *
 * @param values null elements included; an {@code Object[]} inside is a dimension of its own
 * @param type the innermost type; {@code Object} where nothing tells it
 */
record ArrayElements(@Nullable Object[] values, Class<?> type) {

    /** Types whose values are of several classes. */
    private static final List<Class<?>> FAMILIES =
            List.of(Map.class, Record.class, ByteBuffer.class, InetAddress.class, ZoneId.class);

    static ArrayElements of(Object value, @Nullable ValueType declared) {
        @Nullable Object[] values = valuesOf(value);
        Class<?> known = declaredType(value.getClass(), declared);
        return new ArrayElements(values, known == Object.class || !isFinal(known) ? commonType(values, known) : known);
    }

    /** Whether these are what JSON is for: maps or records. */
    boolean holdsDocuments() {
        return Map.class.isAssignableFrom(type) || Record.class.isAssignableFrom(type);
    }

    /** Any one of them that is not null. */
    Optional<Object> example() {
        return Arrays.stream(values).filter(Objects::nonNull).findFirst().map(value -> value);
    }

    /** The same with each element encoded; of the type that they have then, or of this one where there is none. */
    ArrayElements encoded(Conversion ofElement, Class<?> typeOfNone) {
        @Nullable Object[] encoded = encode(values, ofElement);
        Class<?> after = commonType(encoded, Object.class);
        return new ArrayElements(encoded, after == Object.class ? typeOfNone : after);
    }

    /** As an array of the element's type, each dimension too. */
    @Nullable
    Object[] toArray() {
        return typed(values, type, dimensions(values));
    }

    /** The same, each element made text of. */
    @Nullable
    Object[] toTexts(Conversion toText) {
        return typed(encode(values, toText), String.class, dimensions(values));
    }

    private static @Nullable Object[] encode(@Nullable Object[] values, Conversion ofElement) {
        @Nullable Object[] encoded = new @Nullable Object[values.length];
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            encoded[i] = value instanceof Object[] inner
                    ? encode(inner, ofElement)
                    : value == null ? null : ofElement.convert(value);
        }
        return encoded;
    }

    private static @Nullable Object[] typed(@Nullable Object[] values, Class<?> type, int dimensions) {
        Class<?> component = type;
        for (int i = 1; i < dimensions; i++) {
            component = component.arrayType();
        }
        @Nullable Object[] array = (@Nullable Object[]) Array.newInstance(component, values.length);
        for (int i = 0; i < values.length; i++) {
            array[i] = values[i] instanceof Object[] inner ? typed(inner, type, dimensions - 1) : values[i];
        }
        return array;
    }

    private static int dimensions(@Nullable Object[] values) {
        return values.length > 0 && values[0] instanceof Object[] inner ? 1 + dimensions(inner) : 1;
    }

    private static @Nullable Object[] valuesOf(Object value) {
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(ArrayElements::element).toArray();
        }
        @Nullable Object[] values = new @Nullable Object[Array.getLength(value)];
        for (int i = 0; i < values.length; i++) {
            values[i] = element(Array.get(value, i));
        }
        return values;
    }

    private static @Nullable Object element(@Nullable Object value) {
        if (value == null || value instanceof byte[]) {
            return value;
        }
        return value instanceof List || value.getClass().isArray() ? valuesOf(value) : value;
    }

    private static Class<?> declaredType(Class<?> type, @Nullable ValueType declared) {
        Class<?> innermost = Object.class;
        if (type.isArray()) {
            innermost = type;
            while (innermost.isArray() && innermost != byte[].class) {
                innermost = innermost.getComponentType();
            }
        }
        ValueType element = declared;
        while (innermost == Object.class && element != null) {
            innermost = element.dimensions() == 0 ? element.raw() : Object.class;
            element = element.dimensions() == 0 ? null : element.element();
        }
        return ValueType.boxed(innermost);
    }

    private static boolean isFinal(Class<?> type) {
        return type == byte[].class || java.lang.reflect.Modifier.isFinal(type.getModifiers());
    }

    /** The one type that all have; an error where they differ, for an array has one. */
    private static Class<?> commonType(@Nullable Object[] values, Class<?> known) {
        Class<?> common = known;
        boolean first = true;
        for (Object value : values) {
            Class<?> type = value instanceof Object[] inner ? commonType(inner, known) : typeOf(value);
            if (type == null || type == known) {
                continue;
            }
            if (!first && type != common) {
                throw new ConversionException("it holds " + common.getSimpleName() + " and " + type.getSimpleName()
                        + ", where an array has elements of one type");
            }
            common = type;
            first = false;
        }
        return common;
    }

    private static @Nullable Class<?> typeOf(@Nullable Object value) {
        if (value instanceof Enum<?> constant) {
            return constant.getDeclaringClass();
        }
        for (Class<?> family : FAMILIES) {
            if (family.isInstance(value)) {
                return family;
            }
        }
        return value == null ? null : value.getClass();
    }
}
