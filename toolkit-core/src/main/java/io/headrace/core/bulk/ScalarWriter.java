package io.headrace.core.bulk;

import java.lang.reflect.Type;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A value that is not an array. Without a binary form it makes the whole bulk go as text. */
record ScalarWriter(
        Set<Class<?>> types,
        @Nullable BiConsumer<Object, RowBuffer> binaryForm,
        BiConsumer<Object, StringBuilder> textForm)
        implements ValueWriter {

    @Override
    public boolean accepts(Type type) {
        return type instanceof Class<?> given && types.stream().anyMatch(accepted -> accepted.isAssignableFrom(given));
    }

    @Override
    public boolean hasBinary() {
        return binaryForm != null;
    }

    @Override
    public void binary(Object value, RowBuffer out) {
        if (binaryForm == null) {
            throw new IllegalStateException("this type has no binary form here");
        }
        binaryForm.accept(value, out);
    }

    @Override
    public void text(Object value, StringBuilder out) {
        textForm.accept(value, out);
    }
}
