package io.headrace.core.bulk;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * Chunks that stay once they are sent. An error of their source travels among them as the last element: it arrives when
 * everything that was handed over before has its result, so that what is counted is what stays. By the protocol of
 * Reactive Streams an error overtakes, and {@code concatMap} then cancels the chunk under way, whose commit may be on the
 * wire and is not counted any more.
 */
final class LastingChunks {

    private LastingChunks() {}

    /** To stand before whatever hands chunks on by a queue, which an error would empty. */
    static <C> Flux<Signal<C>> of(Flux<C> chunks) {
        return chunks.materialize();
    }

    /** Sends one after the other, each when the one before has its result. */
    static <C, R> Flux<R> send(Flux<Signal<C>> chunks, Function<? super C, Mono<R>> sender) {
        return chunks.concatMap(signal -> result(signal, sender), 0);
    }

    private static <C, R> Mono<R> result(Signal<C> signal, Function<? super C, Mono<R>> sender) {
        C chunk = signal.get();
        if (chunk != null) {
            return sender.apply(chunk);
        }
        Throwable error = signal.getThrowable();
        return error == null ? Mono.empty() : Mono.error(error);
    }
}
