package io.headrace.core.coalesce;

import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;

/**
 * What an error says of the row that it is about.
 *
 * @param isRowAtFault whether some row of the statement is, and the others may go on without it
 * @param index the place of that row in the statement, counted from 0; -1 where it is not known
 * @param mayBeDueToOthers whether the row might be accepted without the rows before it
 */
record RefusedRow(boolean isRowAtFault, int index, boolean mayBeDueToOthers) {

    /** The class of errors that are raised by PL/pgSQL, which here means by a trigger. */
    private static final String RAISED = "P0";

    static RefusedRow of(Throwable error, int size) {
        // One with a cause is about a value that could not be encoded, others are about the table.
        boolean encoding = error instanceof BulkException && error.getCause() != null;
        boolean raised = SqlErrors.sqlStateOf(error)
                .filter(state -> state.startsWith(RAISED))
                .isPresent();
        SqlErrorKind kind = SqlErrors.kindOf(error);
        int index = size == 1
                ? 0
                : SqlErrors.copyLineOf(error)
                        .filter(line -> line >= 1 && line <= size)
                        .map(line -> Math.toIntExact(line) - 1)
                        .orElse(-1);
        return new RefusedRow(encoding || raised || kind.isCausedByData(), index, raised || comparesRows(kind));
    }

    private static boolean comparesRows(SqlErrorKind kind) {
        return kind == SqlErrorKind.UNIQUE_VIOLATION || kind == SqlErrorKind.INTEGRITY_VIOLATION;
    }
}
