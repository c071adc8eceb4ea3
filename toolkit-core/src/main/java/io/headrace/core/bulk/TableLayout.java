package io.headrace.core.bulk;

import java.util.List;

/**
 * A table of PostgreSQL as far as a bulk must know it.
 *
 * @param columns its columns in order
 * @param plain whether it is an ordinary table, whose rows have system columns when they are returned
 */
record TableLayout(List<TableColumn> columns, boolean plain) {}
