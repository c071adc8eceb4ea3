package io.headrace.core.scan;

import org.jspecify.annotations.Nullable;

/**
 * One column of a packed page: an array in PostgreSQL's binary format, read from front to back. A header (dimensions,
 * flags, element type, length, lower bound) and then, per element, its length or -1 for NULL, and its bytes.
 */
final class PackedColumn {

    private static final int LENGTH_AT = 12;
    private static final int ELEMENTS_AT = 20;
    private static final int NULL = -1;

    private final byte[] data;
    private final PackedType type;
    private int index = -1;
    private int offset;
    private int length;
    private int next = ELEMENTS_AT;

    PackedColumn(byte[] data, PackedType type) {
        this.data = data;
        this.type = type;
    }

    int size() {
        return BigEndian.int4(data, LENGTH_AT);
    }

    /** The element with this index, which is not before the one that was read last; null for NULL. */
    @Nullable
    Object get(int wanted, Class<?> javaType) {
        while (index < wanted) {
            index++;
            length = BigEndian.int4(data, next);
            offset = next + Integer.BYTES;
            next = length == NULL ? offset : offset + length;
        }
        return length == NULL ? null : type.read(data, offset, length, javaType);
    }
}
