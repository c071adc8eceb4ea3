package io.headrace.core.scan;

import org.jspecify.annotations.Nullable;

/** Reads single values in PostgreSQL's binary format. */
@FunctionalInterface
interface PackedType {

    /** Stands for: ask the driver. */
    Object UNKNOWN = new Object();

    /**
     * The value as this Java type, which for {@code Object} is the one that the driver chooses; {@link #UNKNOWN} where it is not
     * certain to be what the driver would give for text results.
     */
    Object read(byte[] data, int offset, int length, Class<?> type);

    /** The reader of this type of PostgreSQL, null where we have none. */
    static @Nullable PackedType of(int oid) {
        return PackedTypes.BY_OID.get(oid);
    }
}
