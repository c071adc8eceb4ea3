package io.headrace.core.mapping;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A column that records of one type are written to: a component of the record or of one inside it. */
public final class RecordColumn {

    private final RecordShape.Property property;
    private final String name;
    private final @Nullable Converter<Object, Object> converter;

    private RecordColumn(RecordShape.Property property, String name, @Nullable Converter<Object, Object> converter) {
        this.property = property;
        this.name = name;
        this.converter = converter;
    }

    /**
     * The columns of a record in the order of its components. A component that is a record stands for the columns of its own
     * components, named behind its name ({@code address_street}), unless it goes into one column as a whole.
     *
     * @param isColumn whether a record goes into one column of this name, as JSON
     */
    public static List<RecordColumn> of(RecordShape<?> shape, Converters converters, Predicate<String> isColumn) {
        List<RecordColumn> columns = new ArrayList<>();
        collect(shape, "", List.of(), converters, isColumn, columns);
        return columns;
    }

    private static void collect(
            RecordShape<?> shape,
            String prefix,
            List<RecordShape.Component> above,
            Converters converters,
            Predicate<String> isColumn,
            List<RecordColumn> columns) {
        if (above.size() > RecordShape.DEEPEST) {
            throw new IllegalArgumentException(shape.type().getName() + " is nested more than " + RecordShape.DEEPEST
                    + " records deep; a record cannot hold itself under the name \"\"");
        }
        for (RecordShape.Component component : shape.components()) {
            List<RecordShape.Component> path = new ArrayList<>(above);
            path.add(component);
            String column = prefix + component.column();
            Converter<Object, Object> converter = converters.find(component.type());
            boolean whole = component.json() || converter != null || isColumn.test(column);
            if (component.type().isRecord() && !whole) {
                collect(
                        RecordShape.of(component.type()),
                        component.prefixInside(prefix),
                        path,
                        converters,
                        isColumn,
                        columns);
            } else {
                columns.add(new RecordColumn(new RecordShape.Property(List.copyOf(path)), column, converter));
            }
        }
    }

    /** The column's name, as the components give it. */
    public String name() {
        return name;
    }

    /** The components that lead to it, such as {@code address.street}. */
    public String path() {
        return property.path().stream().map(RecordShape.Component::name).collect(Collectors.joining("."));
    }

    /** The component itself. */
    public RecordShape.Component component() {
        return property.component();
    }

    /** The type of its values, with type arguments; what a converter makes of them where there is one. */
    public Type type() {
        return converter == null ? component().genericType() : converter.columnType();
    }

    /** Its value in a record; null where it, or a record on the way to it, is null. */
    public @Nullable Object valueOf(Object record) {
        Object value = property.valueOf(record);
        return value == null || converter == null ? value : converter.write(value);
    }
}
