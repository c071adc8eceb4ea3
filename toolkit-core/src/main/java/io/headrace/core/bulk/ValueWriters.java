package io.headrace.core.bulk;

import static java.util.Map.entry;

import io.headrace.core.json.JsonCodec;
import java.util.Map;

/** Finds the writer of a column's type. */
final class ValueWriters {

    private static final long JSON = 114;
    private static final long JSONB = 3802;

    /** By the object identifiers of {@code pg_type.dat}, which never change. */
    private static final Map<Long, ValueWriter> BY_OID = Map.ofEntries(
            entry(16L, NumberWriters.BOOLEAN),
            entry(21L, NumberWriters.INT2),
            entry(23L, NumberWriters.INT4),
            entry(20L, NumberWriters.INT8),
            entry(26L, NumberWriters.OID),
            entry(700L, NumberWriters.FLOAT4),
            entry(701L, NumberWriters.FLOAT8),
            entry(1700L, NumericWriter.NUMERIC),
            entry(25L, TextWriters.TEXT),
            entry(1043L, TextWriters.TEXT),
            entry(1042L, TextWriters.TEXT),
            entry(19L, TextWriters.TEXT),
            entry(18L, TextWriters.CHAR),
            entry(17L, TextWriters.BYTEA),
            entry(2950L, TextWriters.UUID_WRITER),
            entry(1082L, DateWriters.DATE),
            entry(1083L, DateWriters.TIME),
            entry(1266L, DateWriters.TIMETZ),
            entry(1114L, DateWriters.TIMESTAMP),
            entry(1184L, DateWriters.TIMESTAMPTZ),
            entry(1186L, IntervalWriter.INTERVAL));

    private ValueWriters() {}

    /** The writer of this type; for types that are not ours one that takes their text. */
    static ValueWriter of(ColumnType type, JsonCodec json) {
        ColumnType element = type.element();
        if (element != null) {
            return new ArrayWriter(of(element, json), element);
        }
        if (type.oid() == JSON || type.oid() == JSONB) {
            return new JsonWriter(json, type.oid() == JSONB);
        }
        // An extension's type has no fixed identifier; the binary form of citext is that of text.
        if (type.isEnum() || type.name().equals("citext")) {
            return TextWriters.TEXT;
        }
        return BY_OID.getOrDefault(type.oid(), TextWriters.AS_TEXT_ONLY);
    }
}
