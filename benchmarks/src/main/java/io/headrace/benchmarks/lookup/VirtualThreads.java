package io.headrace.benchmarks.lookup;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads where the JDK has them: this is compiled for one that has not. */
final class VirtualThreads {

    private static final int FIRST_JDK = 21;

    private VirtualThreads() {}

    static Optional<ExecutorService> executor() {
        if (Runtime.version().feature() < FIRST_JDK) {
            return Optional.empty();
        }
        try {
            return Optional.of((ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException error) {
            throw new IllegalStateException("JDK " + Runtime.version() + " should have virtual threads", error);
        }
    }
}
