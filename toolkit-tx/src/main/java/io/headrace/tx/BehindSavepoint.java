package io.headrace.tx;

import io.headrace.core.connection.SavepointScope;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Behind a savepoint of the transaction that is under way. */
record BehindSavepoint(Sessions sessions, Session outer) implements Place {

    @Override
    public <T> Mono<T> mono(Mono<T> body) {
        // Where the transaction is not of ours, there is nobody to hand hooks on to.
        if (!(outer.guide() instanceof Work work)) {
            return SavepointScope.of(sessions, outer).mono(session -> body);
        }
        SavepointWork inner = new SavepointWork(work);
        return SavepointScope.of(sessions, outer).guidedBy(inner).mono(session -> inner.judged(body));
    }

    @Override
    public <T> Flux<T> flux(Flux<T> body) {
        if (!(outer.guide() instanceof Work work)) {
            return SavepointScope.of(sessions, outer).flux(session -> body);
        }
        SavepointWork inner = new SavepointWork(work);
        return SavepointScope.of(sessions, outer).guidedBy(inner).flux(session -> inner.judged(body));
    }
}
