package io.headrace.core.bulk;

import java.lang.reflect.Type;

/**
 * Writes values of some Java types as one PostgreSQL type. A value that would lose something is refused by an
 * {@link ArithmeticException} or {@link IllegalArgumentException} that does not name it.
 */
interface ValueWriter {

    /** Whether values of this declared type can be written. */
    boolean accepts(Type type);

    /** Whether there is a binary form; the text form there always is. */
    default boolean hasBinary() {
        return true;
    }

    /** Appends the length of the binary form and the form, as the server's {@code *recv} function reads it. */
    void binary(Object value, RowBuffer out);

    /** Appends the text form that the server's {@code *in} function reads as exactly this value, whatever its settings. */
    void text(Object value, StringBuilder out);
}
