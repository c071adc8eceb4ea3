package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.Row;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the rows of one shape become records of one type: all columns are read in one pass, the records made of them then. */
final class RecordPlan {

    /** One column. Where the record around it may be absent as a whole, a NULL is judged only when that is known. */
    record Cell(ColumnReader reader, String path, boolean required) {}

    /** One component: a column or a record of its own. */
    record Slot(@Nullable Cell cell, @Nullable Node nested, boolean optional, boolean mayBeNull) {}

    /**
     * One record.
     *
     * @param from the first of its cells
     * @param to behind the last of its cells
     */
    record Node(RecordShape<?> shape, List<Slot> slots, int from, int to, boolean plain) {}

    private final Cell[] cells;
    private final Node root;

    RecordPlan(List<Cell> cells, Node root) {
        this.cells = cells.toArray(Cell[]::new);
        this.root = root;
    }

    Object read(Row row) {
        @Nullable Object[] values = new @Nullable Object[cells.length];
        for (int i = 0; i < values.length; i++) {
            Cell cell = cells[i];
            Object value = cell.reader.read(row);
            if (value == null && cell.required) {
                throw isNull(cell);
            }
            values[i] = value;
        }
        return root.plain ? construct(root, values) : build(root, values);
    }

    private static Object build(Node node, @Nullable Object[] values) {
        @Nullable Object[] arguments = new @Nullable Object[node.slots.size()];
        int next = node.from;
        for (int i = 0; i < arguments.length; i++) {
            Slot slot = node.slots.get(i);
            Node nested = slot.nested;
            Object value;
            if (slot.cell != null) {
                value = values[next++];
                if (value == null && !slot.mayBeNull) {
                    throw isNull(slot.cell);
                }
            } else if (nested != null) {
                value = slot.mayBeNull && allNull(values, nested) ? null : build(nested, values);
                next = nested.to;
            } else {
                throw new IllegalStateException("a component is a column or a record");
            }
            arguments[i] = slot.optional ? Optional.ofNullable(value) : value;
        }
        return construct(node, arguments);
    }

    private static boolean allNull(@Nullable Object[] values, Node node) {
        for (int i = node.from; i < node.to; i++) {
            if (values[i] != null) {
                return false;
            }
        }
        return true;
    }

    private static Object construct(Node node, @Nullable Object[] arguments) {
        try {
            return node.shape.construct(arguments);
        } catch (InvocationTargetException error) {
            throw new MappingException(
                    "the constructor of " + node.shape.type().getSimpleName() + " refused the row: " + error.getCause(),
                    error.getCause() == null ? error : error.getCause());
        }
    }

    private static MappingException isNull(Cell cell) {
        boolean primitive = cell.reader.target().raw().isPrimitive();
        return new MappingException("column '" + cell.reader.column() + "' is NULL but component " + cell.path
                + (primitive ? " is a primitive" : " is not @Nullable")
                + "; mark it @Nullable" + (primitive ? " with a wrapper type" : "")
                + " or exclude NULL in the statement");
    }
}
