package io.headrace.core.bulk;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.DatabaseException;
import java.util.List;
import java.util.stream.Collectors;

/** How records of one type become rows of one table of PostgreSQL: the columns, checked, and a writer for each. */
final class BulkPlan<T extends Record> {

    private final TableName table;
    private final TableLayout layout;
    private final List<PlanField> fields;
    private final Dialect dialect;

    BulkPlan(TableName table, TableLayout layout, List<PlanField> fields, Dialect dialect) {
        this.table = table;
        this.layout = layout;
        this.fields = fields;
        this.dialect = dialect;
    }

    List<PlanField> fields() {
        return fields;
    }

    /** Whether every column has a binary form; where one has none, all rows go as text. */
    boolean isBinary() {
        return fields.stream().allMatch(field -> field.writer().hasBinary());
    }

    /** Whether another look at the table found the same columns. */
    boolean isOfSameColumns(BulkPlan<T> other) {
        return layout.equals(other.layout);
    }

    /** Whether a row that is returned says whether it is new. */
    boolean tellsInserted() {
        return layout.plain();
    }

    String quotedTable() {
        return table.quoted(dialect);
    }

    String quote(String column) {
        return dialect.quote(column);
    }

    /** The columns that are written, as a list in SQL. */
    String columnList() {
        return fields.stream().map(field -> quote(field.column().name())).collect(Collectors.joining(", "));
    }

    String copyStatement(String into, boolean binary) {
        return "COPY " + into + " (" + columnList() + ") FROM STDIN (FORMAT " + (binary ? "binary" : "text") + ")";
    }

    /** {@code INSERT INTO table (columns)}, which takes values for identity columns as COPY does. */
    String insertInto() {
        boolean overriding = fields.stream().anyMatch(field -> field.column().alwaysIdentity());
        return "INSERT INTO " + quotedTable() + " (" + columnList() + ")"
                + (overriding ? " OVERRIDING SYSTEM VALUE" : "");
    }

    /** Appends one row in the binary form; where it cannot be encoded, nothing of it is left in the buffer. */
    void binary(T row, long rowNumber, RowBuffer out) {
        int start = out.length();
        out.putShort(fields.size());
        for (PlanField field : fields) {
            Object value = field.source().valueOf(row);
            try {
                if (value == null) {
                    out.putInt(-1);
                } else {
                    field.writer().binary(value, out);
                }
            } catch (RuntimeException error) {
                out.truncate(start);
                throw refused(field, rowNumber, error);
            }
        }
    }

    /** Appends one row as a line of text; {@code scratch} is used and left empty. */
    void text(T row, long rowNumber, RowBuffer out, StringBuilder scratch) {
        int start = out.length();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                out.putByte('\t');
            }
            PlanField field = fields.get(i);
            Object value = field.source().valueOf(row);
            try {
                if (value == null) {
                    out.putByte('\\').putByte('N');
                } else {
                    scratch.setLength(0);
                    field.writer().text(value, scratch);
                    out.putCopyText(scratch);
                }
            } catch (RuntimeException error) {
                out.truncate(start);
                throw refused(field, rowNumber, error);
            }
        }
        out.putByte('\n');
    }

    RuntimeException refused(PlanField field, long rowNumber, RuntimeException error) {
        if (error instanceof DatabaseException) {
            return error;
        }
        return new BulkException(
                "row " + rowNumber + ": the value of component "
                        + field.source().path() + " does not fit column '" + table + "."
                        + field.column().name() + "' of type " + field.column().typeName(),
                error);
    }
}
