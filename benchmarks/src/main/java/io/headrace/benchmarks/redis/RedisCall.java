package io.headrace.benchmarks.redis;

import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import reactor.core.publisher.Mono;

/** One call among many, known by its number. */
@FunctionalInterface
interface RedisCall {

    /** Makes the call; exactly one of the two is called at its end. */
    void make(int number, LongConsumer done, Consumer<Throwable> failed);

    /** A call that ends with a value. */
    static RedisCall of(IntFunction<Mono<Long>> call) {
        return (number, done, failed) -> call.apply(number).subscribe(done::accept, failed);
    }
}
