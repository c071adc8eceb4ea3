package io.headrace.benchmarks.tx;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transaction of two updates. */
@FunctionalInterface
interface ShortTransaction {

    /** The transaction of one caller, done once. */
    Mono<?> of(int caller);

    /**
     * So many of them, by callers who go on when the one before has committed. Each is described anew, as a service does for
     * each request.
     */
    default void repeat(int callers, int transactions) {
        Flux.range(0, callers)
                .flatMap(
                        caller -> Mono.defer(() -> of(caller))
                                .repeat(share(caller, callers, transactions) - 1L)
                                .then(),
                        callers)
                .blockLast(Duration.ofMinutes(10));
    }

    static int share(int caller, int callers, int transactions) {
        return transactions / callers + (caller < transactions % callers ? 1 : 0);
    }
}
