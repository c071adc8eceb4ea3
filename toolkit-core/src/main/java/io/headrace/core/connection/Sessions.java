package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.Dialects;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The sessions of one connection factory: the one that a transaction has bound into the context, or a fresh one per
 * statement. Two {@code Sessions} of the same factory share their transactions.
 */
public final class Sessions {

    private final ConnectionFactory connectionFactory;
    private final Dialect dialect;
    private final Duration drainTimeout;

    private Sessions(ConnectionFactory connectionFactory, Dialect dialect, Duration drainTimeout) {
        this.connectionFactory = connectionFactory;
        this.dialect = dialect;
        this.drainTimeout = drainTimeout;
    }

    /** Sessions of this factory; a cancelled statement may take {@code drainTimeout} to end before it is given up. */
    public static Sessions on(ConnectionFactory connectionFactory, Duration drainTimeout) {
        return new Sessions(connectionFactory, Dialects.of(connectionFactory), drainTimeout);
    }

    /** The dialect of the database. */
    public Dialect dialect() {
        return dialect;
    }

    /** The session that a transaction has bound into this context, if one has. */
    public @Nullable Session current(ContextView context) {
        return context.getOrDefault(new SessionKey(connectionFactory), null);
    }

    /** The context with this session bound: statements subscribed under it run on the session's connection. */
    public Context bind(Session session, Context context) {
        return context.put(new SessionKey(connectionFactory), session);
    }

    /**
     * Runs a body on the current session, or on a fresh one that is given back when the body ends. Emits what the body
     * emits; lazily.
     */
    public <T> Flux<T> use(Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Flux.deferContextual(context -> {
            Session current = current(context);
            return current != null
                    ? Flux.<T>from(body.apply(current))
                    : Scope.flux(open(false), body, ScopeEnds.<Session>always(this::close));
        });
    }

    /**
     * Opens a session of its own.
     *
     * @param transactional whether a cancelled statement must not be stopped on the server, because that would abort
     *     the transaction that goes on without it
     */
    public Mono<Session> open(boolean transactional) {
        return Mono.fromDirect(connectionFactory.create())
                .map(connection -> new Session(connection, dialect, drainTimeout, transactional));
    }

    /** Waits until the session is quiet and closes its connection, also where it does not become quiet in time. */
    public Mono<Void> close(Session session) {
        Mono<Void> close = Mono.fromDirect(session.connection().close());
        return Mono.<Void>fromRunnable(session::seal)
                .then(session.quiet())
                .onErrorResume(error -> close.then(Mono.error(error)))
                .then(Mono.defer(() -> close));
    }

    /** Identity of the factory, not its equality, decides which transaction a statement belongs to. */
    private record SessionKey(ConnectionFactory connectionFactory) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof SessionKey key && key.connectionFactory == connectionFactory;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(connectionFactory);
        }
    }
}
