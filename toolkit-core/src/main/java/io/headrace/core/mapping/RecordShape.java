package io.headrace.core.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a record looks like to SQL: its components with their columns, read and constructed through method handles that
 * are made once. The record may be private to the caller's class.
 */
public final class RecordShape<T> {

    /**
     * One component.
     *
     * @param name the component's name
     * @param column the column it stands for
     * @param type its declared type, or the type inside an {@code Optional}
     * @param optional whether it is an {@code Optional}
     * @param nullable whether it is marked {@code @Nullable}
     * @param accessor reads it from a record
     */
    public record Component(
            String name, String column, Class<?> type, boolean optional, boolean nullable, MethodHandle accessor) {

        /** The value of this component, an {@code Optional} unwrapped. */
        public @Nullable Object valueOf(Object record) {
            try {
                Object value = accessor.invoke(record);
                return optional && value instanceof Optional<?> wrapped ? wrapped.orElse(null) : value;
            } catch (RuntimeException | Error error) {
                throw error;
            } catch (Throwable error) {
                throw new IllegalStateException("accessor " + name + " failed", error);
            }
        }
    }

    private final Class<T> type;
    private final List<Component> components;
    private final MethodHandle constructor;

    private RecordShape(Class<T> type, List<Component> components, MethodHandle constructor) {
        this.type = type;
        this.components = components;
        this.constructor = constructor;
    }

    /** The shape of this record type; an error where the type is not a record or is not open to reflection. */
    public static <T> RecordShape<T> of(Class<T> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type.getName() + " is not a record");
        }
        try {
            RecordComponent[] declared = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<T> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            MethodHandle constructor =
                    MethodHandles.lookup().unreflectConstructor(canonical).asSpreader(Object[].class, types.length);
            Component[] components = new Component[declared.length];
            for (int i = 0; i < declared.length; i++) {
                components[i] = component(declared[i]);
            }
            return new RecordShape<>(
                    type,
                    List.of(components),
                    constructor.asType(constructor.type().changeReturnType(Object.class)));
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("record " + type.getName() + " cannot be read by reflection", error);
        }
    }

    /** The record type. */
    public Class<T> type() {
        return type;
    }

    /** The components in declared order. */
    public List<Component> components() {
        return components;
    }

    /**
     * Makes a record of values in declared order.
     *
     * @throws InvocationTargetException what the constructor threw
     */
    public T construct(@Nullable Object[] values) throws InvocationTargetException {
        try {
            return type.cast((Object) constructor.invokeExact(values));
        } catch (Throwable error) {
            throw new InvocationTargetException(error);
        }
    }

    private static Component component(RecordComponent declared) throws IllegalAccessException {
        declared.getAccessor().setAccessible(true);
        MethodHandle accessor = MethodHandles.lookup().unreflect(declared.getAccessor());
        boolean optional = declared.getType() == Optional.class;
        Column column = declared.getAnnotation(Column.class);
        return new Component(
                declared.getName(),
                column == null ? snakeCase(declared.getName()) : column.value(),
                optional ? typeInside(declared.getGenericType()) : declared.getType(),
                optional,
                isNullable(declared.getAnnotatedType()) || isNullable(declared),
                accessor.asType(accessor.type().generic()));
    }

    private static Class<?> typeInside(Type optional) {
        Type inside = optional instanceof ParameterizedType type ? type.getActualTypeArguments()[0] : Object.class;
        return inside instanceof Class<?> known ? known : Object.class;
    }

    /** Any annotation of that name will do: JSpecify's is ours, but records of users may carry another. */
    private static boolean isNullable(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    static String snakeCase(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean wordStart = Character.isUpperCase(c)
                    && i > 0
                    && (!Character.isUpperCase(name.charAt(i - 1))
                            || (i + 1 < name.length() && Character.isLowerCase(name.charAt(i + 1))));
            if (wordStart && name.charAt(i - 1) != '_') {
                snake.append('_');
            }
            snake.append(c);
        }
        return snake.toString().toLowerCase(Locale.ROOT);
    }
}
