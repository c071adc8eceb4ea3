package io.headrace.core.bulk;

import java.util.List;
import java.util.stream.Collectors;

/**
 * INSERT statements that take all rows as one array per column, so that there is one text whatever their number. The arrays
 * are given as text and cast by the server, for which every type will do.
 *
 * <p>The types are named without length or precision: an explicit cast to {@code varchar(3)} would cut, where an insert
 * refuses.
 */
record UnnestSql(BulkPlan<?> plan) {

    /** Rows in the order of the arrays; RETURNING follows the order of insertion. */
    String insertReturning(List<String> columns) {
        return plan.insertInto() + " " + select()
                + columns.stream().map(plan::quote).collect(Collectors.joining(", ", " RETURNING ", ""));
    }

    String upsert(Conflict conflict) {
        return new ConflictSql(plan, conflict).merge(select());
    }

    private String select() {
        StringBuilder values = new StringBuilder();
        StringBuilder arrays = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < plan.fields().size(); i++) {
            PlanField field = plan.fields().get(i);
            String type = field.column().type().sqlName();
            boolean direct = isDirect(field);
            String value = "v" + i;
            values.append(i > 0 ? ", " : "").append(direct ? "r." + value : "CAST(r." + value + " AS " + type + ")");
            arrays.append(i > 0 ? ", " : "")
                    .append("$")
                    .append(i + 1)
                    .append("::text::")
                    .append(direct ? type : "text")
                    .append("[]");
            names.append(value).append(", ");
        }
        return "SELECT " + values + " FROM unnest(" + arrays + ") WITH ORDINALITY AS r(" + names + "n) ORDER BY r.n";
    }

    /** An array of arrays would be taken apart whole, and an array of composites into columns. */
    private static boolean isDirect(PlanField field) {
        return field.column().type().element() == null && field.writer().hasBinary();
    }
}
