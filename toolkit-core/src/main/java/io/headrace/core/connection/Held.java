package io.headrace.core.connection;

import org.jspecify.annotations.Nullable;

/** One value on its way past an asynchronous end; the signals between set and get order the two. */
final class Held<T> {

    private @Nullable T value;

    void set(T value) {
        this.value = value;
    }

    @Nullable
    T get() {
        return value;
    }
}
