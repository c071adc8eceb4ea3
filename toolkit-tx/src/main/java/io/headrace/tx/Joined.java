package io.headrace.tx;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** As a part of what is under way, which can't be kept any more if the part fails. */
record Joined(Work work) implements Place {

    @Override
    public <T> Mono<T> mono(Mono<T> body) {
        return body.doOnError(work::partFailed);
    }

    @Override
    public <T> Flux<T> flux(Flux<T> body) {
        return body.doOnError(work::partFailed);
    }
}
