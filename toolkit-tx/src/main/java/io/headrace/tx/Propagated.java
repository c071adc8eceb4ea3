package io.headrace.tx;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.UnsupportedFeatureException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Runs a body where its {@link Propagation} says, which is decided when it is subscribed. */
final class Propagated {

    private final Sessions sessions;
    private final TransactionOptions options;
    private final Propagation propagation;

    Propagated(Sessions sessions, TransactionOptions options, Propagation propagation) {
        this.sessions = sessions;
        this.options = options;
        this.propagation = propagation;
    }

    <T> Publisher<T> publisher(Publisher<T> body) {
        return body instanceof Mono<T> mono ? mono(mono) : flux(Flux.from(body));
    }

    <T> Mono<T> mono(Mono<T> body) {
        return Mono.deferContextual(context -> place(context).mono(body));
    }

    <T> Flux<T> flux(Flux<T> body) {
        return Flux.deferContextual(context -> place(context).flux(body));
    }

    private Place place(ContextView context) {
        Session current = sessions.current(context);
        return current == null ? placeWithout() : placeWithin(current, context);
    }

    private Place placeWithout() {
        return switch (propagation.step(false)) {
            case BEGIN -> new NewTransaction(sessions, options, null);
            case REFUSE -> Place.refused(new NoTransactionException("mandatory()"));
            case JOIN, BEGIN_BESIDE, SET_SAVEPOINT, PASS_OUTSIDE, PASS -> Place.HERE;
        };
    }

    private Place placeWithin(Session current, ContextView context) {
        return switch (propagation.step(true)) {
            case BEGIN, BEGIN_BESIDE -> beside(current, context);
            case JOIN -> checked(current, work -> new Joined(work));
            case SET_SAVEPOINT -> checked(current, work -> new BehindSavepoint(sessions, current));
            case PASS_OUTSIDE -> new Outside(sessions);
            case PASS -> Place.HERE;
            case REFUSE ->
                Place.refused(new IncompatibleTransactionException("never() was subscribed within " + describe(current)
                        + "; keep it out of the transaction, or use notSupported() to leave it"));
        };
    }

    /** Where there is one writer at a time, a second one that the first waits for would never begin. */
    private Place beside(Session current, ContextView context) {
        if (!sessions.dialect().hasOneWriter() || options.isReadOnly(sessions, context) || !mayWrite(current)) {
            return new NewTransaction(sessions, options, current);
        }
        return Place.refused(new UnsupportedFeatureException(
                options + " was not begun: " + sessions.dialect().name() + " lets one transaction write at a time, and "
                        + describe(current) + " around it may; use required() or nested(), do it in afterCommit(), or"
                        + " begin one of the two with readOnly()"));
    }

    private static boolean mayWrite(Session current) {
        for (Session session = current; session != null; ) {
            if (!(session.guide() instanceof Work work)) {
                return session.isTransactional();
            }
            if (!work.transaction().isReadOnly()) {
                return true;
            }
            session = work.transaction().outer();
        }
        return false;
    }

    /** A transaction that was not begun by this module is joined as it is. */
    private Place checked(Session current, Function<Work, Place> place) {
        if (!(current.guide() instanceof Work work)) {
            return propagation == Propagation.NESTED ? new BehindSavepoint(sessions, current) : Place.HERE;
        }
        TransactionException mismatch = mismatch(work.transaction());
        return mismatch == null ? place.apply(work) : Place.refused(mismatch);
    }

    private @Nullable TransactionException mismatch(TransactionWork current) {
        TransactionMode mode = current.options().mode();
        TransactionMode wanted = options.mode();
        if (wanted.isolation() != null && !wanted.isolation().equals(mode.isolation())) {
            return new IncompatibleTransactionException(options + " asks for "
                    + wanted.isolation().asSql() + " and would join " + current + ", which was begun with "
                    + (mode.isolation() == null
                            ? "the isolation of the session"
                            : mode.isolation().asSql())
                    + "; begin the outer one with it, or use requiresNew()");
        }
        if (Boolean.FALSE.equals(wanted.readOnly()) && Boolean.TRUE.equals(mode.readOnly())) {
            return new IncompatibleTransactionException(options + " asks to write and would join " + current
                    + ", which is read-only; begin the outer one for writing, or use requiresNew()");
        }
        return null;
    }

    private static String describe(Session current) {
        return current.guide() instanceof Work work ? work.transaction().toString() : "a transaction";
    }
}
