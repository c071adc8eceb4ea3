package io.headrace.core.json;

import java.lang.reflect.Type;

/**
 * Turns values into JSON text and back. Must be thread-safe and must not block; what it throws reaches the caller as the
 * cause of an error that names the parameter, column or component.
 */
public interface JsonCodec {

    /** The value as JSON text. */
    String write(Object value);

    /** The JSON text as a value of this type, generic arguments included; never null. */
    Object read(String json, Type type);

    /** Jackson 3 where it is on the class path; otherwise a codec that fails at first use and says what is missing. */
    static JsonCodec onClassPath() {
        return JsonCodecs.onClassPath();
    }
}
