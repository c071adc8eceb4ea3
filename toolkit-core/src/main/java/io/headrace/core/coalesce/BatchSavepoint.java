package io.headrace.core.coalesce;

import io.headrace.core.connection.Session;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A savepoint around one statement of a batch. Never cancelled, so it is released or rolled back in any case.
 *
 * <p>The two are sent back to back: it saves a round trip, and nothing that others send on the connection can come between
 * them and be undone with the statement after it was told to be done. What comes behind the statement fails with it.
 */
final class BatchSavepoint {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private BatchSavepoint() {}

    /** Emits what the statement emits, after the release; its error, after the rollback, or the error of the rollback. */
    static <T> Mono<T> around(Session session, Mono<T> statement) {
        return Mono.defer(() -> {
            String name = "headrace_write_" + NUMBERS.incrementAndGet();
            Mono<Void> set = session.run(connection -> session.dialect().savepoint(connection, name))
                    .then();
            Mono<Void> release = session.run(connection -> session.dialect().release(connection, name))
                    .then();
            Mono<Void> undo = session.run(connection -> session.dialect().rollbackTo(connection, name))
                    .then(release);
            Mono<T> behind =
                    Flux.mergeSequential(set.then(Mono.<T>empty()), statement).single();
            return behind.onErrorResume(error -> undo.doOnError(undoError -> undoError.addSuppressed(error))
                            .then(Mono.error(error)))
                    .flatMap(value -> release.thenReturn(value));
        });
    }
}
