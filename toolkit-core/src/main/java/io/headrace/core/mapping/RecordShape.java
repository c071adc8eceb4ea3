package io.headrace.core.mapping;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a record looks like to SQL: its components with their columns, read and constructed through method handles that
 * are made once. The record may be private to the caller's class.
 */
public final class RecordShape<T> {

    /** A record inside itself would go on for ever where its column is named "". */
    static final int DEEPEST = 16;

    /**
     * One component.
     *
     * @param name the component's name
     * @param column the column it stands for
     * @param type its declared type, or the type inside an {@code Optional}
     * @param genericType the same with its type arguments
     * @param optional whether it is an {@code Optional}
     * @param nullable whether it is marked {@code @Nullable}
     * @param json whether it is marked {@code @JsonColumn}
     * @param accessor reads it from a record
     */
    public record Component(
            String name,
            String column,
            Class<?> type,
            Type genericType,
            boolean optional,
            boolean nullable,
            boolean json,
            MethodHandle accessor) {

        /** What the columns of a record in this component begin with, where this one's begin with {@code prefix}. */
        String prefixInside(String prefix) {
            return column.isEmpty() ? prefix : prefix + column + "_";
        }

        /** The value of this component, an {@code Optional} unwrapped. */
        public @Nullable Object valueOf(Object record) {
            try {
                Object value = (Object) accessor.invokeExact(record);
                return optional && value instanceof Optional<?> wrapped ? wrapped.orElse(null) : value;
            } catch (RuntimeException | Error error) {
                throw error;
            } catch (Throwable error) {
                throw new IllegalStateException("accessor " + name + " failed", error);
            }
        }
    }

    /** Reflection is slow and a record is bound often; the entry goes with its class. */
    private static final ClassValue<RecordShape<?>> SHAPES = new ClassValue<>() {
        @Override
        protected RecordShape<?> computeValue(Class<?> type) {
            return shapeOf(type);
        }
    };

    private final Class<T> type;
    private final List<Component> components;
    private final List<ValueType> valueTypes;
    private final MethodHandle constructor;

    private RecordShape(
            Class<T> type, List<Component> components, List<ValueType> valueTypes, MethodHandle constructor) {
        this.type = type;
        this.components = components;
        this.valueTypes = valueTypes;
        this.constructor = constructor;
    }

    /** The shape of this record type; an error where the type is not a record or is not open to reflection. */
    @SuppressWarnings("unchecked")
    public static <T> RecordShape<T> of(Class<T> type) {
        return (RecordShape<T>) SHAPES.get(type);
    }

    private static <T> RecordShape<T> shapeOf(Class<T> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type.getName() + " is not a record");
        }
        try {
            RecordComponent[] declared = type.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<T> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            List<ValueType> valueTypes =
                    Arrays.stream(declared).map(RecordShape::valueType).toList();
            Component[] components = new Component[declared.length];
            for (int i = 0; i < declared.length; i++) {
                components[i] = component(declared[i], valueTypes.get(i));
            }
            return new RecordShape<>(type, List.of(components), valueTypes, spread(canonical, types));
        } catch (ReflectiveOperationException error) {
            throw new IllegalArgumentException("record " + type.getName() + " cannot be read by reflection", error);
        }
    }

    /** Of wrappers first and of objects then: a cast to the wrapper is cheaper than an unboxing that allows widening. */
    private static MethodHandle spread(Constructor<?> canonical, Class<?>[] types) throws IllegalAccessException {
        MethodHandle constructor = MethodHandles.lookup().unreflectConstructor(canonical);
        Class<?>[] boxed = Arrays.stream(types).map(ValueType::boxed).toArray(Class<?>[]::new);
        return constructor
                .asType(MethodType.methodType(Object.class, boxed))
                .asType(MethodType.genericMethodType(types.length))
                .asSpreader(Object[].class, types.length);
    }

    /**
     * A component, perhaps of a record inside.
     *
     * @param path the components that lead to it, itself the last
     */
    public record Property(List<Component> path) {

        /** The component itself. */
        public Component component() {
            return path.get(path.size() - 1);
        }

        /** Its value in a record; null where a record on the way to it is absent. */
        public @Nullable Object valueOf(Object record) {
            Object value = record;
            for (Component component : path) {
                if (value != null) {
                    value = component.valueOf(value);
                }
            }
            return value;
        }
    }

    /**
     * Finds a component by its name or column, or one of a record inside by both names in turn: {@code addressStreet} and
     * {@code address_street} are {@code street} of the component {@code address}.
     */
    public Optional<Property> property(String name) {
        Optional<Property> own = ownProperty(name);
        return own.isPresent() ? own : nestedProperty(name);
    }

    private Optional<Property> ownProperty(String name) {
        return components.stream()
                .filter(component -> name.equals(component.name()) || name.equals(component.column()))
                .map(component -> new Property(List.of(component)))
                .findFirst();
    }

    private Optional<Property> nestedProperty(String name) {
        return components.stream()
                .filter(component -> component.type().isRecord())
                .flatMap(component -> inside(component, name).stream())
                .findFirst();
    }

    private static Optional<Property> inside(Component component, String name) {
        RecordShape<?> shape = of(component.type());
        Optional<Property> found = component.column().isEmpty()
                ? shape.ownProperty(name)
                : restOf(name, component).flatMap(shape::property);
        return found.map(property -> new Property(
                Stream.concat(Stream.of(component), property.path().stream()).toList()));
    }

    /** What of a name is left for the record inside; shorter than the name, so that a record may hold its own kind. */
    private static Optional<String> restOf(String name, Component component) {
        String column = component.column() + "_";
        if (name.startsWith(column) && name.length() > column.length()) {
            return Optional.of(name.substring(column.length()));
        }
        String camel = component.name();
        boolean follows = name.startsWith(camel)
                && name.length() > camel.length()
                && Character.isUpperCase(name.charAt(camel.length()));
        return follows
                ? Optional.of(Character.toLowerCase(name.charAt(camel.length())) + name.substring(camel.length() + 1))
                : Optional.empty();
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
            @SuppressWarnings("unchecked")
            T made = (T) (Object) constructor.invokeExact(values);
            return made;
        } catch (Throwable error) {
            throw new InvocationTargetException(error);
        }
    }

    /** What the components are to a column, in declared order. */
    List<ValueType> valueTypes() {
        return valueTypes;
    }

    private static ValueType valueType(RecordComponent declared) {
        ValueType type = ValueType.of(declared.getAnnotatedType());
        return ValueType.isNullable(declared) ? type.asNullable() : type;
    }

    private static Component component(RecordComponent declared, ValueType type) throws IllegalAccessException {
        declared.getAccessor().setAccessible(true);
        MethodHandle accessor = MethodHandles.lookup().unreflect(declared.getAccessor());
        Column column = declared.getAnnotation(Column.class);
        return new Component(
                declared.getName(),
                column == null ? snakeCase(declared.getName()) : column.value(),
                type.raw(),
                type.generic(),
                type.optional(),
                type.nullable(),
                declared.isAnnotationPresent(JsonColumn.class),
                accessor.asType(accessor.type().generic()));
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
