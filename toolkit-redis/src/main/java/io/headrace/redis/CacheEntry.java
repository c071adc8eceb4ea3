package io.headrace.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands under the key of a cached value: a header of 42 bytes, big-endian, and the encoded value.
 *
 * <pre>
 * 0   1  version of the format, 1
 * 1   1  kind: 0 a load is under way, 1 a value, 2 known to be absent
 * 2   8  fresh until, ms of the server since 1970
 * 10  4  cost of the load in ms
 * 14  8  generation of the cache when the load began
 * 22  8  lease of a load until, ms
 * 30 12  token of that load, or zeros
 * 42     value
 * </pre>
 *
 * @param kind as above
 * @param freshUntil ms of the server since 1970
 * @param cost of the load in ms
 * @param generation of the cache when the load began
 * @param bytes header and value
 */
record CacheEntry(int kind, long freshUntil, long cost, long generation, byte[] bytes) {

    static final int VALUE = 1;
    static final int ABSENT = 2;
    static final int TOKEN_BYTES = 12;

    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 42;
    private static final int FRESH_AT = 2;
    private static final int COST_AT = 10;
    private static final int GENERATION_AT = 14;

    /** The entry; nothing for bytes that another program or version wrote. */
    static @Nullable CacheEntry of(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != VERSION) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        return new CacheEntry(
                bytes[1],
                header.getLong(FRESH_AT),
                Integer.toUnsignedLong(header.getInt(COST_AT)),
                header.getLong(GENERATION_AT),
                bytes);
    }

    boolean hasAnswer() {
        return kind == VALUE || kind == ABSENT;
    }

    boolean isAbsent() {
        return kind == ABSENT;
    }

    byte[] payload() {
        return Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    }
}
