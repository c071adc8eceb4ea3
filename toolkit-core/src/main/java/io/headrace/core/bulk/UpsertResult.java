package io.headrace.core.bulk;

import java.util.OptionalLong;

/**
 * What an upsert did.
 *
 * @param rows how many rows were given
 * @param written how many were inserted or updated; the rest was left alone
 * @param inserted how many were new, where the database says so: PostgreSQL does, but for partitioned tables
 */
public record UpsertResult(long rows, long written, OptionalLong inserted) {

    static final UpsertResult NONE = new UpsertResult(0, 0, OptionalLong.of(0));

    UpsertResult plus(UpsertResult more) {
        boolean known = inserted.isPresent() && more.inserted.isPresent();
        return new UpsertResult(
                rows + more.rows,
                written + more.written,
                known ? OptionalLong.of(inserted.getAsLong() + more.inserted.getAsLong()) : OptionalLong.empty());
    }

    /** How many rows that were there have been changed, where the database says so. */
    public OptionalLong updated() {
        return inserted.isPresent() ? OptionalLong.of(written - inserted.getAsLong()) : inserted;
    }
}
