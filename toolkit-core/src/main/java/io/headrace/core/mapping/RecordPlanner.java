package io.headrace.core.mapping;

import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ColumnMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches the columns of a result to the components of a record by name, case and underscores aside. A component that is
 * a record and has no column of its own takes the columns that begin with its name.
 */
final class RecordPlanner {

    private final ValueMapping mapping;
    private final List<? extends ColumnMetadata> columns;
    private final Map<String, Integer> byName = new HashMap<>();
    private final Map<String, Integer> byKey = new HashMap<>();
    private final List<RecordPlan.Cell> cells = new ArrayList<>();

    private RecordPlanner(ValueMapping mapping, List<? extends ColumnMetadata> columns) {
        this.mapping = mapping;
        this.columns = columns;
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).getName();
            byName.putIfAbsent(name, i);
            byKey.putIfAbsent(key(name), i);
        }
    }

    static RecordPlan plan(RecordShape<?> shape, ValueMapping mapping, List<? extends ColumnMetadata> columns) {
        RecordPlanner planner = new RecordPlanner(mapping, columns);
        RecordPlan.Node root = planner.node(shape, "", shape.type().getSimpleName(), false, 0);
        return new RecordPlan(planner.cells, root);
    }

    private RecordPlan.Node node(RecordShape<?> shape, String prefix, String path, boolean mayBeAbsent, int depth) {
        if (depth > RecordShape.DEEPEST) {
            throw new MappingException("component " + path + " is nested more than " + RecordShape.DEEPEST
                    + " records deep; a record cannot hold itself under the name \"\"");
        }
        int from = cells.size();
        List<RecordPlan.Slot> slots = new ArrayList<>();
        boolean plain = true;
        for (int i = 0; i < shape.components().size(); i++) {
            RecordPlan.Slot slot =
                    slot(shape.components().get(i), shape.valueTypes().get(i), prefix, path, mayBeAbsent, depth);
            plain &= slot.nested() == null && !slot.optional();
            slots.add(slot);
        }
        return new RecordPlan.Node(shape, List.copyOf(slots), from, cells.size(), plain);
    }

    private RecordPlan.Slot slot(
            RecordShape.Component component,
            ValueType type,
            String prefix,
            String parent,
            boolean mayBeAbsent,
            int depth) {
        String path = parent + "." + component.name();
        String column = prefix + component.column();
        Integer index = find(column);
        boolean mayBeNull = type.mayBeNull();
        if (index != null) {
            ColumnReader reader = ColumnReader.of(mapping, index, columns.get(index), type, component.json(), path);
            RecordPlan.Cell cell = new RecordPlan.Cell(reader, path, !mayBeNull && !mayBeAbsent);
            cells.add(cell);
            return new RecordPlan.Slot(cell, null, type.optional(), mayBeNull);
        }
        String nestedPrefix = component.prefixInside(prefix);
        if (!type.raw().isRecord() || component.json() || !anyStartsWith(nestedPrefix)) {
            throw noColumn(component, column, path, type.raw().isRecord() && !component.json());
        }
        RecordPlan.Node nested =
                node(RecordShape.of(type.raw()), nestedPrefix, path, mayBeAbsent || mayBeNull, depth + 1);
        return new RecordPlan.Slot(null, nested, type.optional(), mayBeNull);
    }

    private @Nullable Integer find(String column) {
        Integer exact = byName.get(column);
        return exact == null ? byKey.get(key(column)) : exact;
    }

    private boolean anyStartsWith(String prefix) {
        String start = key(prefix);
        return byKey.keySet().stream().anyMatch(name -> name.startsWith(start));
    }

    private MappingException noColumn(
            RecordShape.Component component, String column, String path, boolean mayBeNested) {
        return new MappingException("no column '" + column + "'"
                + (mayBeNested ? " and none that begins with '" + column + "_'" : "") + " for component " + path
                + "; the result has "
                + columns.stream().map(ColumnMetadata::getName).toList()
                + ". Select it, give it an alias or annotate the component with @Column");
    }

    private static String key(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
