package io.headrace.core.scan;

import org.jspecify.annotations.Nullable;

/**
 * Where a page begins.
 *
 * @param after the key of the row before it; null at the beginning of the result
 * @param number its place in the scan, counted from 1
 * @param rowsBefore how many rows of this scan come before it
 */
record PageStart(@Nullable ScanKey after, long number, long rowsBefore) {

    static PageStart of(ScanSettings settings) {
        return new PageStart(settings.after(), 1, 0);
    }

    PageStart behind(int rows, ScanKey lastKey) {
        return new PageStart(lastKey, number + 1, rowsBefore + rows);
    }
}
