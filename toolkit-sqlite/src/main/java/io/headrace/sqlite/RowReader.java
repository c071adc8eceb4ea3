package io.headrace.sqlite;

import org.jspecify.annotations.Nullable;

/** Makes a value of a row; null leaves the row out. */
interface RowReader<T> {

    @Nullable
    T read(SqliteRow row);

    /** Whether the row may be read later, so that it has to be copied. */
    default boolean keepsRow() {
        return false;
    }
}
