package io.headrace.core.mapping;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Java type as a column sees it.
 *
 * @param raw the class; what is inside, for an {@code Optional}
 * @param generic the same with its type arguments
 * @param optional whether it is an {@code Optional} of that
 * @param nullable whether it is marked {@code @Nullable}
 * @param element the type of the elements of an array or a collection; null for anything else
 */
record ValueType(Class<?> raw, Type generic, boolean optional, boolean nullable, @Nullable ValueType element) {

    private static final Map<Class<?>, Class<?>> WRAPPERS = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class,
            char.class, Character.class);

    private static final Set<Class<?>> COLLECTIONS = Set.of(List.class, Set.class, Collection.class, Iterable.class);

    static Class<?> boxed(Class<?> type) {
        return WRAPPERS.getOrDefault(type, type);
    }

    static ValueType of(AnnotatedType type) {
        return of(type.getType(), type);
    }

    static ValueType of(Type type) {
        return of(type, null);
    }

    Class<?> boxed() {
        return boxed(raw);
    }

    boolean isCollection() {
        return COLLECTIONS.contains(raw);
    }

    boolean mayBeNull() {
        return optional || nullable;
    }

    ValueType asNullable() {
        return new ValueType(raw, generic, optional, true, element);
    }

    /** How many array brackets or collections stand around the innermost element; {@code byte[]} is one value. */
    int dimensions() {
        return element == null || raw == byte[].class ? 0 : 1 + element.dimensions();
    }

    /** A name for messages: {@code List<Long>}. */
    String display() {
        String name = element != null && isCollection()
                ? raw.getSimpleName() + "<" + element.display() + ">"
                : raw.getSimpleName();
        return optional ? "Optional<" + name + ">" : name;
    }

    private static ValueType of(Type type, @Nullable AnnotatedType annotated) {
        boolean nullable = annotated != null && isNullable(annotated);
        Class<?> raw = rawOf(type);
        if (raw == Optional.class) {
            ValueType inside = argument(type, annotated);
            return new ValueType(inside.raw, inside.generic, true, nullable, inside.element);
        }
        ValueType element = null;
        if (raw.isArray()) {
            element = annotated instanceof AnnotatedArrayType array
                    ? of(array.getAnnotatedGenericComponentType())
                    : of(
                            type instanceof GenericArrayType array
                                    ? array.getGenericComponentType()
                                    : raw.getComponentType());
        } else if (COLLECTIONS.contains(raw)) {
            element = argument(type, annotated);
        }
        return new ValueType(raw, type, false, nullable, element);
    }

    private static ValueType argument(Type type, @Nullable AnnotatedType annotated) {
        if (annotated instanceof AnnotatedParameterizedType parameterized) {
            return of(parameterized.getAnnotatedActualTypeArguments()[0]);
        }
        return type instanceof ParameterizedType parameterized
                ? of(parameterized.getActualTypeArguments()[0])
                : new ValueType(Object.class, Object.class, false, false, null);
    }

    private static Class<?> rawOf(Type type) {
        if (type instanceof Class<?> known) {
            return known;
        }
        if (type instanceof ParameterizedType parameterized) {
            return rawOf(parameterized.getRawType());
        }
        if (type instanceof GenericArrayType array) {
            return rawOf(array.getGenericComponentType()).arrayType();
        }
        if (type instanceof WildcardType wildcard) {
            return rawOf(wildcard.getUpperBounds()[0]);
        }
        return type instanceof TypeVariable<?> variable ? rawOf(variable.getBounds()[0]) : Object.class;
    }

    /** Any annotation of that name will do: JSpecify's is ours, but records of users may carry another. */
    static boolean isNullable(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }
}
