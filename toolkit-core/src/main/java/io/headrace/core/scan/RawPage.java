package io.headrace.core.scan;

import org.jspecify.annotations.Nullable;

/**
 * A page as it came from the server.
 *
 * @param <T> what a row becomes
 */
interface RawPage<T> {

    /** Where it begins. */
    PageStart start();

    /** How many rows it has, the one behind the page not counted. */
    int size();

    /** The key of its last row; null where it has no rows. */
    @Nullable
    ScanKey lastKey();

    /** Whether no page followed. */
    boolean last();

    /** The rows, mapped; null where they can only be read without packing. Called once. */
    @Nullable
    ScanPage<T> unpack();
}
