package io.headrace.test;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server started once per JVM, on first use; a failure to start is remembered and not tried again. */
final class SharedServer<T> {

    private final Supplier<T> starter;
    private @Nullable T server;
    private @Nullable TestServerException failure;

    SharedServer(Supplier<T> starter) {
        this.starter = starter;
    }

    synchronized T get() {
        if (failure != null) {
            throw failure;
        }
        T present = server;
        if (present == null) {
            try {
                present = starter.get();
                server = present;
            } catch (TestServerException e) {
                failure = e;
                throw e;
            }
        }
        return present;
    }
}
