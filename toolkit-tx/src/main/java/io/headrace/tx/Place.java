package io.headrace.tx;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where a body runs: in a new transaction, as part of one, behind a savepoint, without any, or nowhere. */
interface Place {

    /** Just here. */
    Place HERE = new Place() {
        @Override
        public <T> Mono<T> mono(Mono<T> body) {
            return body;
        }

        @Override
        public <T> Flux<T> flux(Flux<T> body) {
            return body;
        }
    };

    <T> Mono<T> mono(Mono<T> body);

    <T> Flux<T> flux(Flux<T> body);

    /** Nowhere. */
    static Place refused(RuntimeException reason) {
        return new Place() {
            @Override
            public <T> Mono<T> mono(Mono<T> body) {
                return Mono.error(reason);
            }

            @Override
            public <T> Flux<T> flux(Flux<T> body) {
                return Flux.error(reason);
            }
        };
    }
}
