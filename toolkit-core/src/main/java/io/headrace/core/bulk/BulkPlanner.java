package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import io.headrace.core.error.BulkException;
import io.headrace.core.json.JsonCodec;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.RecordColumn;
import io.headrace.core.mapping.RecordShape;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Looks a table up and checks a record type against it. */
record BulkPlanner<T extends Record>(TableName table, Class<T> type, JsonCodec json, Converters converters) {

    Mono<BulkPlan<T>> plan(Session session) {
        return Catalog.layout(session, table)
                .map(layout -> new BulkPlan<>(table, layout, fields(layout.columns()), session.dialect()));
    }

    private List<PlanField> fields(List<TableColumn> columns) {
        Map<String, TableColumn> byName =
                columns.stream().collect(Collectors.toMap(TableColumn::name, Function.identity()));
        List<PlanField> fields = new ArrayList<>();
        Set<String> given = new HashSet<>();
        for (RecordColumn source : RecordColumn.of(RecordShape.of(type), converters, byName::containsKey)) {
            TableColumn column = byName.get(source.name());
            if (column == null) {
                throw new BulkException("table '" + table + "' has no column '" + source.name() + "' for component "
                        + type.getSimpleName() + "." + source.path() + "; it has "
                        + byName.keySet().stream().sorted().toList());
            }
            given.add(column.name());
            // A record that was read with a generated column can be written back without it.
            if (!column.generated()) {
                fields.add(field(source, column));
            }
        }
        checkRequired(columns, given);
        if (fields.isEmpty()) {
            throw new BulkException("record " + type.getSimpleName() + " has no component that could be written to '"
                    + table + "'; give it one at least");
        }
        return List.copyOf(fields);
    }

    private PlanField field(RecordColumn source, TableColumn column) {
        ValueWriter writer = ValueWriters.of(column.type(), json);
        Type declared = source.type();
        if (!writer.accepts(declared)) {
            throw new BulkException("component " + type.getSimpleName() + "." + source.path() + " of type "
                    + (declared instanceof Class<?> simple ? simple.getSimpleName() : declared.getTypeName())
                    + " cannot be written to column '" + table + "." + column.name() + "' of type "
                    + column.typeName());
        }
        return new PlanField(source, column, writer);
    }

    private void checkRequired(List<TableColumn> columns, Set<String> given) {
        List<String> missing = columns.stream()
                .filter(column -> column.required() && !given.contains(column.name()))
                .map(TableColumn::name)
                .toList();
        if (!missing.isEmpty()) {
            throw new BulkException("record " + type.getSimpleName() + " has no component for column "
                    + missing + " of table '" + table
                    + "', NOT NULL without a default; add a component or a default");
        }
    }
}
