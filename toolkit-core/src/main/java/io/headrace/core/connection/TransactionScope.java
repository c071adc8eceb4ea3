package io.headrace.core.connection;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.TransactionMode;
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
 * <p>Where the database answers in order, BEGIN travels in the round trip of the first statement: n statements take n + 1
 * round trips. Should BEGIN be refused by a connection that lives on, its error is that of the body, and nothing else is
 * sent; the one statement that travelled with it has then run outside a transaction.
 *
 * <p>A read-only mode asks for its session as {@link AccessMode#READ_ONLY}, and a mode that leaves this open is read-only
 * where the subscriber's context says so. A serializable transaction never leaves the primary, because a replica refuses it.
 */
public final class TransactionScope {

    private final Sessions sessions;
    private final TransactionMode mode;
    private final TransactionGuide guide;
    private final Mono<? extends Throwable> interruption;

    private TransactionScope(
            Sessions sessions, TransactionMode mode, TransactionGuide guide, Mono<? extends Throwable> interruption) {
        this.sessions = sessions;
        this.mode = mode;
        this.guide = guide;
        this.interruption = interruption;
    }

    /** A transaction of this mode on a session of its own. */
    public static TransactionScope of(Sessions sessions, TransactionMode mode) {
        return new TransactionScope(sessions, mode, TransactionGuide.NONE, Mono.never());
    }

    /** The same, whose end this guide has a say in. It is asked by every subscription, so it is good for one. */
    public TransactionScope guidedBy(TransactionGuide newGuide) {
        return new TransactionScope(sessions, mode, newGuide, interruption);
    }

    /**
     * The same, which fails with the error that this gives, if it gives one before the body has ended: whoever waits for a
     * connection stops waiting, and a body that runs is cancelled, stopped on the server and rolled back. A commit that has
     * begun is not interrupted.
     */
    public TransactionScope interruptedBy(Mono<? extends Throwable> newInterruption) {
        return new TransactionScope(sessions, mode, guide, newInterruption);
    }

    /** Emits what the body emits, as it comes, before the commit; completes after the commit. */
    public <T> Flux<T> flux(Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Scope.flux(open(), session -> begin(session).thenMany(bound(session, body)), ends(), interruption);
    }

    /** Emits the body's value after the commit. */
    public <T> Mono<T> mono(Function<? super Session, ? extends Mono<? extends T>> body) {
        return Scope.mono(
                open(), session -> begin(session).then(Mono.from(bound(session, body))), ends(), interruption);
    }

    /** From where the mode says, or else the subscriber's context. */
    private Mono<Session> open() {
        Mono<Session> session = sessions.open(true, guide);
        Boolean readOnly = mode.readOnly();
        if (mode.isolation() == IsolationLevel.SERIALIZABLE) {
            // a replica refuses it
            return session.contextWrite(AccessMode.READ_WRITE::in);
        }
        return readOnly == null
                ? session
                : session.contextWrite((readOnly ? AccessMode.READ_ONLY : AccessMode.READ_WRITE)::in);
    }

    private Mono<Void> begin(Session session) {
        return Mono.deferContextual(context -> {
            session.queue().begin();
            return session.conversation()
                    .ahead(
                            session.level(),
                            Mono.defer(() -> Mono.fromDirect(session.dialect()
                                    .begin(session.connection(), modeIn(context, session.dialect())))));
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
        return new TransactionEnds(sessions, guide);
    }
}
