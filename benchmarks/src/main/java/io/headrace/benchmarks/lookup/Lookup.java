package io.headrace.benchmarks.lookup;

import java.util.function.Consumer;
import java.util.function.LongFunction;
import reactor.core.publisher.Mono;

/** A way to find a product that does not block. */
@FunctionalInterface
interface Lookup {

    /** Asks for a product and returns at once; one of the two is called later, on any thread. */
    void find(long id, Consumer<Product> found, Consumer<Throwable> failed);

    /** By a publisher, subscribed to by each call. */
    static Lookup by(LongFunction<Mono<Product>> find) {
        return (id, found, failed) -> find.apply(id).subscribe(found, failed);
    }
}
