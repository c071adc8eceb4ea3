package io.headrace.core.mapping;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;

/** Rows to one record type, by a plan per shape of result; columns that no component asks for are left unread. */
final class RecordMapper<T> implements RowMapper<T> {

    private final PlanCache<RecordPlan> plans;

    RecordMapper(Class<T> type, ValueMapping mapping) {
        RecordShape<T> shape = RecordShape.of(type);
        this.plans = new PlanCache<>(columns -> RecordPlanner.plan(shape, mapping, columns));
    }

    @Override
    @SuppressWarnings("unchecked")
    public T map(Row row, RowMetadata metadata) {
        return (T) plans.get(metadata).read(row);
    }
}
