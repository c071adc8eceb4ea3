package io.headrace.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement that was run to its end has left.
 *
 * @param shape the columns of its rows; null where it has none
 * @param changes how many rows it changed; null where that has no meaning
 */
record Outcome(@Nullable RowShape shape, List<StoredValues> rows, @Nullable Long changes) {

    static final Outcome NOTHING = new Outcome(null, List.of(), 0L);
}
