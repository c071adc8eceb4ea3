package io.headrace.core.bulk;

import io.headrace.core.error.BulkException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code INSERT … ON CONFLICT} that counts. A row that was inserted has no {@code xmax}; one that was updated carries there
 * the lock that the conflict took.
 */
record ConflictSql(BulkPlan<?> plan, Conflict conflict) {

    ConflictSql {
        List<String> written =
                plan.fields().stream().map(field -> field.column().name()).toList();
        for (String column : conflict.columns()) {
            if (!written.contains(column)) {
                throw new BulkException(
                        "conflict column '" + column + "' is none of the columns that are written: " + written);
            }
        }
    }

    /** Merges what a SELECT gives; one row with the numbers of rows that were written and that were inserted. */
    String merge(String select) {
        return "WITH merged AS (" + plan.insertInto() + " " + select + " " + onConflict()
                + ") SELECT count(*) AS written, count(*) FILTER (WHERE fresh) AS inserted,"
                + " count(*) FILTER (WHERE fresh IS NULL) AS untold FROM merged";
    }

    private String onConflict() {
        String target = conflict.columns().isEmpty()
                ? ""
                : conflict.columns().stream().map(plan::quote).collect(Collectors.joining(", ", "(", ") "));
        String changes = plan.fields().stream()
                .map(PlanField::column)
                .filter(column -> !conflict.columns().contains(column.name()) && !column.alwaysIdentity())
                .map(column -> plan.quote(column.name()) + " = excluded." + plan.quote(column.name()))
                .collect(Collectors.joining(", "));
        boolean update = conflict.update() && !changes.isEmpty();
        return "ON CONFLICT " + target
                + (update
                        ? "DO UPDATE SET " + changes + " RETURNING "
                                + (plan.tellsInserted() ? "xmax = 0" : "NULL::bool") + " AS fresh"
                        : "DO NOTHING RETURNING true AS fresh");
    }
}
