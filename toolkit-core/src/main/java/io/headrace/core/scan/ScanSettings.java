package io.headrace.core.scan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The choices of one scan; immutable. */
record ScanSettings(
        List<String> key,
        @Nullable ScanKey after,
        boolean descending,
        int pageSize,
        boolean packed,
        boolean readAhead) {

    /** Past this a page is no longer the small piece that a slow reader can be given. */
    private static final int LARGEST_PAGE = 100_000;

    /**
     * 2,000 rows: a packed page costs the server 0.1 ms or more before its first row, which at 1,000 rows is still a quarter of
     * the whole; past 4,000 nothing is gained. Two pages of rows of 100 bytes are less than half a megabyte.
     */
    private static final int DEFAULT_PAGE = 2_000;

    static ScanSettings by(List<String> columns) {
        return new ScanSettings(List.copyOf(columns), null, false, DEFAULT_PAGE, true, true);
    }

    ScanSettings withAfter(ScanKey position) {
        if (position.values().size() != key.size()) {
            throw new IllegalArgumentException(
                    "the key has " + position.values().size() + " values where the scan is by " + key);
        }
        return new ScanSettings(key, position, descending, pageSize, packed, readAhead);
    }

    ScanSettings inDescendingOrder() {
        return new ScanSettings(key, after, true, pageSize, packed, readAhead);
    }

    ScanSettings withPageSize(int rows) {
        if (rows < 1 || rows > LARGEST_PAGE) {
            throw new IllegalArgumentException(
                    "the size of a page must be between 1 and " + LARGEST_PAGE + ", was " + rows);
        }
        return new ScanSettings(key, after, descending, rows, packed, readAhead);
    }

    ScanSettings withPacked(boolean allowed) {
        return new ScanSettings(key, after, descending, pageSize, allowed, readAhead);
    }

    ScanSettings withReadAhead(boolean wanted) {
        return new ScanSettings(key, after, descending, pageSize, packed, wanted);
    }
}
