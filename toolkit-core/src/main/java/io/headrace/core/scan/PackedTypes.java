package io.headrace.core.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/** The types that are read from packed pages. */
final class PackedTypes {

    private static final int JSONB_VERSION_BYTES = 1;

    static final PackedType TEXT = (data, offset, length, type) -> type == String.class || type == Object.class
            ? new String(data, offset, length, StandardCharsets.UTF_8)
            : PackedType.UNKNOWN;

    private static final PackedType BOOL = (data, offset, length, type) ->
            type == Boolean.class || type == Object.class ? data[offset] != 0 : PackedType.UNKNOWN;

    private static final PackedType UUIDS = (data, offset, length, type) -> type == UUID.class || type == Object.class
            ? new UUID(BigEndian.int8(data, offset), BigEndian.int8(data, offset + Long.BYTES))
            : PackedType.UNKNOWN;

    /** Of its own type the driver makes a buffer by default. */
    private static final PackedType BYTEA = (data, offset, length, type) -> {
        if (type == byte[].class) {
            return Arrays.copyOfRange(data, offset, offset + length);
        }
        return type == ByteBuffer.class || type == Object.class
                ? ByteBuffer.wrap(Arrays.copyOfRange(data, offset, offset + length))
                : PackedType.UNKNOWN;
    };

    private static final PackedType JSON = (data, offset, length, type) ->
            type == String.class ? new String(data, offset, length, StandardCharsets.UTF_8) : PackedType.UNKNOWN;

    private static final PackedType JSONB = (data, offset, length, type) ->
            JSON.read(data, offset + JSONB_VERSION_BYTES, length - JSONB_VERSION_BYTES, type);

    static final Map<Integer, PackedType> BY_OID = Map.ofEntries(
            Map.entry(16, BOOL),
            Map.entry(17, BYTEA),
            Map.entry(19, TEXT),
            Map.entry(20, PackedNumbers.INT8),
            Map.entry(21, PackedNumbers.INT2),
            Map.entry(23, PackedNumbers.INT4),
            Map.entry(25, TEXT),
            Map.entry(114, JSON),
            Map.entry(700, PackedNumbers.FLOAT4),
            Map.entry(701, PackedNumbers.FLOAT8),
            Map.entry(1042, TEXT),
            Map.entry(1043, TEXT),
            Map.entry(1082, PackedTimes.DATE),
            Map.entry(1083, PackedTimes.TIME),
            Map.entry(1114, PackedTimes.TIMESTAMP),
            Map.entry(1184, PackedTimes.TIMESTAMPTZ),
            Map.entry(1700, PackedNumbers.NUMERIC),
            Map.entry(2950, UUIDS),
            Map.entry(3802, JSONB));

    private PackedTypes() {}

    /** Whether a value can be read without naming a Java type. */
    static boolean hasDefault(PackedType type) {
        return type != JSON && type != JSONB;
    }
}
