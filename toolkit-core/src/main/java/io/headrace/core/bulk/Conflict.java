package io.headrace.core.bulk;

import java.util.List;

/**
 * What to do where a row is there already.
 *
 * @param columns those of the unique constraint; none stands for any constraint
 * @param update whether the row is updated, or else left alone
 */
record Conflict(List<String> columns, boolean update) {}
