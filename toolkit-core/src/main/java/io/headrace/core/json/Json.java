package io.headrace.core.json;

import org.jspecify.annotations.Nullable;

/**
 * A value that is to be bound as JSON, whatever its type: {@code bind("tags", Json.of(List.of("a", "b")))} where the
 * plain list would be an array. Immutable; the value is written when it is bound, by the {@link JsonCodec} of the
 * database, and never shows in {@link #toString()}.
 */
public final class Json {

    private final @Nullable Object value;
    private final @Nullable String text;

    private Json(@Nullable Object value, @Nullable String text) {
        this.value = value;
        this.text = text;
    }

    /** Wraps a value for the codec to write. */
    public static Json of(Object value) {
        return new Json(value, null);
    }

    /** Wraps text that is JSON already; the database checks it. */
    public static Json ofText(String json) {
        return new Json(null, json);
    }

    /** The JSON text, written by this codec where it is not text yet. */
    public String text(JsonCodec codec) {
        if (text != null) {
            return text;
        }
        if (value == null) {
            throw new IllegalStateException("a Json holds a value or a text");
        }
        return codec.write(value);
    }

    @Override
    public String toString() {
        return "Json[" + (value == null ? "text" : value.getClass().getSimpleName()) + "]";
    }
}
