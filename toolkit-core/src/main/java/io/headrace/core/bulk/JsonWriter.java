package io.headrace.core.bulk;

import io.headrace.core.json.JsonCodec;
import java.lang.reflect.Type;

/** {@code json} and {@code jsonb}: text is taken for JSON, any other value goes through the codec. */
record JsonWriter(JsonCodec codec, boolean isBinaryJson) implements ValueWriter {

    private static final int JSONB_VERSION = 1;

    @Override
    public boolean accepts(Type type) {
        return true;
    }

    @Override
    public void binary(Object value, RowBuffer out) {
        int lengthAt = out.length();
        out.putInt(0);
        if (isBinaryJson) {
            out.putByte(JSONB_VERSION);
        }
        out.putUtf8(textOf(value)).setLengthAt(lengthAt);
    }

    @Override
    public void text(Object value, StringBuilder out) {
        out.append(textOf(value));
    }

    private CharSequence textOf(Object value) {
        return value instanceof CharSequence text ? text : codec.write(value);
    }
}
