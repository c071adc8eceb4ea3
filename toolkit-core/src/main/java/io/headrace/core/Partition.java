package io.headrace.core;

import java.util.List;

/**
 * A run of rows of one result.
 *
 * @param number its place, counted from 1
 * @param rows the rows in order, never none; immutable
 * @param last whether no partition follows
 * @param <T> what a row is
 */
public record Partition<T>(long number, List<T> rows, boolean last) {

    /** Copies the rows. */
    public Partition {
        rows = List.copyOf(rows);
    }

    /** How many rows it holds. */
    public int size() {
        return rows.size();
    }
}
