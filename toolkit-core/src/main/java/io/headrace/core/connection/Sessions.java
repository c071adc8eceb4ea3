package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.Dialects;
import io.headrace.core.observe.StatementKind;
import io.headrace.core.observe.StatementLabel;
import io.headrace.core.observe.StatementSignals;
import io.headrace.core.observe.StatementStart;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The sessions of one connection factory: the one that a transaction has bound into the context, or a fresh one per
 * statement. Two {@code Sessions} of the same factory share their transactions.
 */
public final class Sessions {

    private final ConnectionFactory connectionFactory;
    private final Dialect dialect;
    private final SessionConfig config;
    private final StatementSignals signals;
    private final @Nullable TransactionBridge bridge;

    private Sessions(ConnectionFactory connectionFactory, Dialect dialect, SessionConfig config) {
        this.connectionFactory = connectionFactory;
        this.dialect = dialect;
        this.config = config;
        this.signals = new StatementSignals(config.listeners(), config.timer());
        this.bridge = connectionFactory instanceof TransactionBridge shared ? shared : null;
    }

    /** Sessions of this factory; a cancelled statement may take {@code drainTimeout} to end before it is given up. */
    public static Sessions on(ConnectionFactory connectionFactory, Duration drainTimeout) {
        return on(connectionFactory, SessionConfig.defaults().withDrainTimeout(drainTimeout));
    }

    /** Sessions of this factory. */
    public static Sessions on(ConnectionFactory connectionFactory, SessionConfig config) {
        return new Sessions(connectionFactory, Dialects.of(connectionFactory), config);
    }

    /** The dialect of the database. */
    public Dialect dialect() {
        return dialect;
    }

    /** Where the connections come from. */
    public ConnectionFactory connectionFactory() {
        return bridge == null ? connectionFactory : bridge.target();
    }

    /** Where waits are timed, and whose time is measured. */
    public Scheduler timer() {
        return config.timer();
    }

    /** The session that a transaction has bound into this context, if one has. */
    public @Nullable Session current(ContextView context) {
        return bridge == null
                ? context.getOrDefault(new SessionKey(connectionFactory), null)
                : bridge.current(this, context);
    }

    /** The context with this session bound: statements subscribed under it run on the session's connection. */
    public Context bind(Session session, Context context) {
        return bridge == null ? context.put(new SessionKey(connectionFactory), session) : bridge.bind(session, context);
    }

    /** The context without a session: for what a body runs on behalf of someone outside its transaction. */
    public Context unbind(Context context) {
        return bridge == null ? context.delete(new SessionKey(connectionFactory)) : bridge.unbind(context);
    }

    /**
     * Runs a body on the current session, or on a fresh one that is given back when the body ends. Emits what the body
     * emits; lazily.
     */
    public <T> Flux<T> use(Function<? super Session, ? extends Publisher<? extends T>> body) {
        return use(open(false), body);
    }

    /** The same, with this mark for a fresh session instead of that of the context. */
    public <T> Flux<T> use(AccessMode access, Function<? super Session, ? extends Publisher<? extends T>> body) {
        return use(open(false, access), body);
    }

    private <T> Flux<T> use(Mono<Session> fresh, Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Flux.deferContextual(context -> {
            Session current = current(context);
            return current != null
                    ? Flux.<T>from(body.apply(current))
                    : Scope.flux(fresh, body, ScopeEnds.<Session>always(this::close));
        });
    }

    /**
     * The stream as one statement whose life the listeners hear of; the stream itself where there are none. Put it around
     * all that a user would call one statement, acquisition of the connection included.
     *
     * @param rowsOf how many rows an element counts for
     */
    public <T> Flux<T> observed(
            StatementLabel label, StatementKind kind, ToLongFunction<? super T> rowsOf, Flux<T> statement) {
        return signals.isSilent()
                ? statement
                : signals.observe(context -> start(label, kind, context), rowsOf, statement);
    }

    /** The same for a single value. */
    public <T> Mono<T> observed(
            StatementLabel label, StatementKind kind, ToLongFunction<? super T> rowsOf, Mono<T> statement) {
        return signals.isSilent()
                ? statement
                : signals.observe(context -> start(label, kind, context), rowsOf, statement);
    }

    private StatementStart start(StatementLabel label, StatementKind kind, ContextView context) {
        return new StatementStart(label, kind, dialect.name(), current(context) != null);
    }

    /**
     * Opens a session of its own.
     *
     * @param transactional whether a cancelled statement must not be stopped on the server, because that would abort
     *     the transaction that goes on without it
     */
    public Mono<Session> open(boolean transactional) {
        return open(transactional, TransactionGuide.NONE);
    }

    Mono<Session> open(boolean transactional, TransactionGuide guide) {
        return Mono.fromDirect(connectionFactory.create()).map(connection -> {
            if (connection instanceof Lease lease) {
                lease.trackedByHolder();
            }
            return session(connection, transactional, guide);
        });
    }

    /** A session in a transaction that is under way on a connection of somebody else. */
    Session adopt(Connection connection, TransactionGuide guide) {
        return session(connection, true, guide);
    }

    private Session session(Connection connection, boolean transactional, TransactionGuide guide) {
        Conversation conversation = new Conversation(connection, dialect, config, transactional);
        return new Session(conversation, conversation.root(), guide);
    }

    /** The same, with this mark instead of that of the context; what runs on the session sees the context's. */
    public Mono<Session> open(boolean transactional, AccessMode access) {
        return open(transactional).contextWrite(access::in);
    }

    /** Waits until the session is quiet and closes its connection, also where it does not become quiet in time. */
    public Mono<Void> close(Session session) {
        return Mono.defer(() -> {
            session.seal();
            // Nearly always: this runs for every statement outside a transaction.
            return session.isSettled()
                    ? closeConnection(session)
                    : session.quiet()
                            .onErrorResume(error -> giveUp(session).then(Mono.error(error)))
                            .then(closeConnection(session));
        });
    }

    private static Mono<Void> closeConnection(Session session) {
        return Mono.defer(() -> Mono.fromDirect(session.connection().close()));
    }

    /** Closes its connection for good: what did not become quiet, or is not known to be whole, must not serve anybody else. */
    Mono<Void> giveUp(Session session) {
        return session.connection() instanceof Lease lease
                ? Mono.fromDirect(lease.discard())
                : closeConnection(session);
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
