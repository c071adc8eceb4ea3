package io.headrace.core.bulk;

import io.netty.buffer.ByteBuf;
import java.util.Set;

/** Writes values of some Java types as one PostgreSQL type in its binary form, with the length before it. */
final class ColumnEncoder {

    /** Writes the length and the value. */
    interface Writer {
        void write(Object value, ByteBuf out);
    }

    private final Set<Class<?>> types;
    private final Writer writer;

    ColumnEncoder(Set<Class<?>> types, Writer writer) {
        this.types = types;
        this.writer = writer;
    }

    boolean accepts(Class<?> type) {
        return types.stream().anyMatch(accepted -> accepted.isAssignableFrom(type));
    }

    void encode(Object value, ByteBuf out) {
        writer.write(value, out);
    }
}
