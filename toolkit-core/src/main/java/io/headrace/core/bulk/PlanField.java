package io.headrace.core.bulk;

import io.headrace.core.mapping.RecordColumn;

/** A column of the record, the column of the table that it goes to, and how. */
record PlanField(RecordColumn source, TableColumn column, ValueWriter writer) {}
