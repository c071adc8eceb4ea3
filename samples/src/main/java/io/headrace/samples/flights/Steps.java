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
        T result = named(name, step);
        taken.add(new Taken(name, Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    /** An error that is no sentence for people yet becomes one that names the step. */
    private static <T> T named(String name, Supplier<T> step) {
        try {
            return step.get();
        } catch (DemoException error) {
            throw error;
        } catch (RuntimeException error) {
            throw new DemoException("Stopped at '" + name + "': " + Sentence.of(error), error);
        }
    }

    List<Taken> taken() {
        return List.copyOf(taken);
    }
}
