package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows to one record type. Columns are matched by name, case and underscores aside, once per result; columns that no
 * component asks for are left unread.
 */
final class RecordMapper<T> implements RowMapper<T> {

    private static final class Plan {
        private final RowMetadata metadata;
        private final int[] columns;

        Plan(RowMetadata metadata, int[] columns) {
            this.metadata = metadata;
            this.columns = columns;
        }
    }

    private final RecordShape<T> shape;
    private final ColumnReader[] readers;

    /** The last plan; results interleave seldom, and a plan is cheap to make again. */
    private volatile @Nullable Plan last;

    RecordMapper(Class<T> type) {
        this.shape = RecordShape.of(type);
        this.readers = shape.components().stream()
                .map(component -> component.optional()
                        ? ColumnReader.optional(component.type())
                        : ColumnReader.of(component.type()))
                .toArray(ColumnReader[]::new);
    }

    @Override
    public T map(Row row, RowMetadata metadata) {
        Plan plan = last;
        if (plan == null || plan.metadata != metadata) {
            plan = plan(metadata);
            last = plan;
        }
        @Nullable Object[] values = new @Nullable Object[readers.length];
        for (int i = 0; i < readers.length; i++) {
            int column = plan.columns[i];
            Object value = readers[i].read(row, column, metadata);
            if (value == null && !mayBeNull(i)) {
                throw isNull(i, metadata.getColumnMetadata(column));
            }
            values[i] = value;
        }
        try {
            return shape.construct(values);
        } catch (InvocationTargetException error) {
            throw new MappingException(
                    "the constructor of " + shape.type().getSimpleName() + " refused the row: " + error.getCause(),
                    error.getCause() == null ? error : error.getCause());
        }
    }

    private boolean mayBeNull(int component) {
        return shape.components().get(component).nullable();
    }

    private MappingException isNull(int index, ColumnMetadata column) {
        RecordShape.Component component = shape.components().get(index);
        return new MappingException("column '" + column.getName() + "' is NULL but component "
                + shape.type().getSimpleName() + "." + component.name()
                + (component.type().isPrimitive() ? " is a primitive" : " is not @Nullable")
                + "; mark it @Nullable" + (component.type().isPrimitive() ? " with a wrapper type" : "")
                + " or exclude NULL in the statement");
    }

    private Plan plan(RowMetadata metadata) {
        List<? extends ColumnMetadata> present = metadata.getColumnMetadatas();
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < present.size(); i++) {
            byName.putIfAbsent(key(present.get(i).getName()), i);
        }
        List<RecordShape.Component> components = shape.components();
        int[] columns = new int[components.size()];
        for (int i = 0; i < columns.length; i++) {
            Integer column = byName.get(key(components.get(i).column()));
            if (column == null) {
                throw new MappingException("no column '" + components.get(i).column() + "' for component "
                        + shape.type().getSimpleName() + "." + components.get(i).name() + "; the result has "
                        + present.stream().map(ColumnMetadata::getName).toList()
                        + ". Select it, give it an alias or annotate the component with @Column");
            }
            columns[i] = column;
        }
        return new Plan(metadata, columns);
    }

    private static String key(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
