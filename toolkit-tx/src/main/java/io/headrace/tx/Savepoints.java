package io.headrace.tx;

import io.headrace.core.connection.Scope;
import io.headrace.core.connection.ScopeEnds;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.SessionEndedException;
import io.headrace.core.observe.StatementLabel;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Savepoints of one session, by generated names. Releasing and rolling back are statements of ours whose answers count:
 * the driver's own methods complete without doing anything once the transaction has failed.
 */
final class Savepoints {

    private static final StatementLabel SAVEPOINT = StatementLabel.of("SAVEPOINT");
    private static final StatementLabel RELEASE = StatementLabel.of("RELEASE SAVEPOINT");
    private static final StatementLabel ROLLBACK_TO = StatementLabel.of("ROLLBACK TO SAVEPOINT");
    private static final AtomicLong NUMBERS = new AtomicLong();

    private Savepoints() {}

    static <T> Flux<T> flux(Session session, Publisher<? extends T> body) {
        return Scope.flux(set(session), name -> body, ends(session));
    }

    static <T> Mono<T> mono(Session session, Mono<? extends T> body) {
        return Scope.mono(set(session), name -> body, ends(session));
    }

    /**
     * Setting it is part of the scope's acquisition: a cancel while it is in flight leaves at most an unused savepoint in
     * a transaction that is about to end.
     */
    private static Mono<String> set(Session session) {
        return Mono.defer(() -> {
            String name = "headrace_" + NUMBERS.incrementAndGet();
            return session.run(SAVEPOINT, connection -> session.dialect().savepoint(connection, name))
                    .then(Mono.just(name));
        });
    }

    private static ScopeEnds<String> ends(Session session) {
        return new ScopeEnds<>() {
            @Override
            public Publisher<?> onComplete(String name) {
                return session.quiet().thenMany(session.run(RELEASE, connection -> session.dialect()
                        .release(connection, name)));
            }

            @Override
            public Publisher<?> onError(String name, Throwable error) {
                return undo(name);
            }

            @Override
            public Publisher<?> onCancel(String name) {
                return undo(name);
            }

            /**
             * Rolled back and released, so that a long batch does not leave one savepoint per failure behind. Where the
             * transaction itself is ending, its rollback does that.
             */
            private Publisher<?> undo(String name) {
                return session.quiet()
                        .thenMany(session.run(
                                ROLLBACK_TO, connection -> session.dialect().rollbackTo(connection, name)))
                        .thenMany(session.run(
                                RELEASE, connection -> session.dialect().release(connection, name)))
                        .onErrorComplete(SessionEndedException.class);
            }
        };
    }
}
