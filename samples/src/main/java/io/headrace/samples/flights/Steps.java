package io.headrace.samples.flights;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.samples.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Runs the steps of the program one after the other and takes their times. This is its outermost edge, the one place
 * where its own thread waits.
 */
final class Steps {

    private final Console console;
    private final List<Taken> taken = new ArrayList<>();

    /** How long a step took. */
    record Taken(String name, Duration time) {}

    Steps(Console console) {
        this.console = console;
    }

    @CanIgnoreReturnValue
    <T> T run(String name, Mono<T> step) {
        return run(name, () -> {
            T result = step.block();
            if (result == null) {
                throw new IllegalStateException("the step '" + name + "' gave no result");
            }
            return result;
        });
    }

    <T> T run(String name, Supplier<T> step) {
        console.line("  " + name);
        long start = System.nanoTime();
        T result = step.get();
        taken.add(new Taken(name, Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    List<Taken> taken() {
        return List.copyOf(taken);
    }
}
