package io.headrace.core.scan;

import java.util.List;

/**
 * One page of a scan.
 *
 * @param number its place in this scan, counted from 1
 * @param rows the rows in the order of the key, never none; immutable
 * @param lastKey the key of the last row: a scan {@linkplain Scan#after(ScanKey) after} it begins with the next page
 * @param last whether no page followed when this one was read
 * @param <T> what a row is
 */
public record ScanPage<T>(long number, List<T> rows, ScanKey lastKey, boolean last) {

    /** Copies the rows. */
    public ScanPage {
        rows = List.copyOf(rows);
    }

    /** How many rows it holds. */
    public int size() {
        return rows.size();
    }
}
