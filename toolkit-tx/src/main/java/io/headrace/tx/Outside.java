package io.headrace.tx;

import io.headrace.core.connection.Sessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Without the transaction that is under way. */
record Outside(Sessions sessions) implements Place {

    @Override
    public <T> Mono<T> mono(Mono<T> body) {
        return body.contextWrite(sessions::unbind);
    }

    @Override
    public <T> Flux<T> flux(Flux<T> body) {
        return body.contextWrite(sessions::unbind);
    }
}
