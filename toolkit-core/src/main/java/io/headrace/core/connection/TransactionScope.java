package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.observe.StatementLabel;
import io.r2dbc.spi.IsolationLevel;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A transaction around a body: opens a session, begins, runs the body with the session bound into its context, then
 * commits on completion, rolls back on error, and on cancel stops the server's work and rolls back. The session is closed
 * in every case. A begin that is cancelled in flight is rolled back like any other.
 *
 * <p>A read-only mode asks for its session as {@link AccessMode#READ_ONLY}, and a mode that leaves this open is read-only
 * where the subscriber's context says so. A serializable transaction never leaves the primary, because a replica refuses it.
 */
public final class TransactionScope {

    private static final StatementLabel BEGIN = StatementLabel.of("BEGIN");

    private final Sessions sessions;
    private final TransactionMode mode;

    private TransactionScope(Sessions sessions, TransactionMode mode) {
        this.sessions = sessions;
        this.mode = mode;
    }

    /** A transaction of this mode on a session of its own. */
    public static TransactionScope of(Sessions sessions, TransactionMode mode) {
        return new TransactionScope(sessions, mode);
    }

    /** Emits what the body emits, as it comes, before the commit; completes after the commit. */
    public <T> Flux<T> flux(Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Scope.flux(open(), session -> begin(session).thenMany(bound(session, body)), ends());
    }

    /** Emits the body's value after the commit. */
    public <T> Mono<T> mono(Function<? super Session, ? extends Mono<? extends T>> body) {
        return Scope.mono(open(), session -> begin(session).then(Mono.from(bound(session, body))), ends());
    }

    /** From where the mode says, or else the subscriber's context. */
    private Mono<Session> open() {
        Boolean readOnly = mode.readOnly();
        if (mode.isolation() == IsolationLevel.SERIALIZABLE) {
            // a replica refuses it
            return sessions.open(true, AccessMode.READ_WRITE);
        }
        return readOnly == null
                ? sessions.open(true)
                : sessions.open(true, readOnly ? AccessMode.READ_ONLY : AccessMode.READ_WRITE);
    }

    private Mono<Void> begin(Session session) {
        return Mono.deferContextual(context -> {
            TransactionMode here = modeIn(context, session.dialect());
            return session.run(BEGIN, connection -> session.dialect().begin(connection, here))
                    .then();
        });
    }

    /** Read-only under the mark, so that a write is refused on the primary as it would be on a replica. */
    private TransactionMode modeIn(ContextView context, Dialect dialect) {
        boolean marked = mode.readOnly() == null && AccessMode.of(context) == AccessMode.READ_ONLY;
        return marked && dialect.hasReadOnlyTransactions() ? mode.asReadOnly() : mode;
    }

    private <T> Flux<T> bound(Session session, Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Flux.<T>defer(() -> Flux.from(body.apply(session)))
                .contextWrite(context -> sessions.bind(session, context));
    }

    private ScopeEnds<Session> ends() {
        return new ScopeEnds<>() {
            @Override
            public Publisher<?> onComplete(Session session) {
                return closing(session, session.quiet().then(commit(session)));
            }

            @Override
            public Publisher<?> onError(Session session, Throwable error) {
                return closing(session, session.stop().then(rollback(session)));
            }

            @Override
            public Publisher<?> onCancel(Session session) {
                return closing(session, session.stop().then(rollback(session)));
            }
        };
    }

    private static Mono<Void> commit(Session session) {
        return session.finish(connection -> session.dialect().commit(connection));
    }

    private static Mono<Void> rollback(Session session) {
        return session.finish(connection -> session.dialect().rollback(connection));
    }

    private Mono<Void> closing(Session session, Mono<Void> end) {
        Mono<Void> close = sessions.close(session);
        return Mono.<Void>fromRunnable(session::seal)
                .then(end)
                .onErrorResume(error -> close.onErrorComplete().then(Mono.error(error)))
                .then(Mono.defer(() -> close));
    }
}
