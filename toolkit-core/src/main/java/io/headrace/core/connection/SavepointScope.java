package io.headrace.core.connection;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A savepoint around a body, in a transaction that is under way: set before it, released when it completes, rolled back
 * when it fails or is cancelled, after what it still runs has been stopped. Its name is generated.
 *
 * <p>Setting and releasing it cost no round trip where the database answers in order: they travel with the statement that
 * comes next. A release that is then refused fails the transaction. What is started on the session around it waits until
 * it is gone; a body that itself waits for such a statement waits for ever.
 */
public final class SavepointScope {

    private static final Logger LOGGER = LoggerFactory.getLogger(SavepointScope.class);

    private final Sessions sessions;
    private final Session outer;
    private final TransactionGuide guide;

    private SavepointScope(Sessions sessions, Session outer, TransactionGuide guide) {
        this.sessions = sessions;
        this.outer = outer;
        this.guide = guide;
    }

    /** A savepoint in the transaction that {@code outer} belongs to. */
    public static SavepointScope of(Sessions sessions, Session outer) {
        return new SavepointScope(sessions, outer, TransactionGuide.NONE);
    }

    /** The same, whose end this guide has a say in. It is asked by every subscription, so it is good for one. */
    public SavepointScope guidedBy(TransactionGuide newGuide) {
        return new SavepointScope(sessions, outer, newGuide);
    }

    /** Emits what the body emits, as it comes; completes when the savepoint is released. */
    public <T> Flux<T> flux(Function<? super Session, ? extends Publisher<? extends T>> body) {
        return Scope.flux(new SavepointOpening(outer, guide), savepoint -> bound(savepoint, body), ends());
    }

    /** Emits the body's value when the savepoint is released. */
    public <T> Mono<T> mono(Function<? super Session, ? extends Mono<? extends T>> body) {
        return Scope.mono(new SavepointOpening(outer, guide), savepoint -> Mono.from(bound(savepoint, body)), ends());
    }

    private <T> Flux<T> bound(Savepoint savepoint, Function<? super Session, ? extends Publisher<? extends T>> body) {
        Session session = savepoint.session();
        return Flux.<T>defer(() -> Flux.from(body.apply(session)))
                .contextWrite(context -> sessions.bind(session, context));
    }

    private ScopeEnds<Savepoint> ends() {
        return new ScopeEnds<>() {
            @Override
            public Publisher<?> onComplete(Savepoint savepoint) {
                return guide.rollsBack() ? onCancel(savepoint) : kept(savepoint);
            }

            private Publisher<?> kept(Savepoint savepoint) {
                return savepoint
                        .keep()
                        .then(told(TransactionOutcome.COMMITTED, null))
                        .onErrorResume(error ->
                                told(TransactionOutcome.ROLLED_BACK, error).then(Mono.error(error)));
            }

            @Override
            public Publisher<?> onError(Savepoint savepoint, Throwable error) {
                return savepoint.undo().then(told(TransactionOutcome.ROLLED_BACK, error));
            }

            @Override
            public Publisher<?> onCancel(Savepoint savepoint) {
                return savepoint.undo().then(told(TransactionOutcome.ROLLED_BACK, null));
            }
        };
    }

    private Mono<Void> told(TransactionOutcome outcome, @Nullable Throwable error) {
        return Mono.defer(() -> guide.ended(outcome, error)).onErrorResume(failure -> {
            LOGGER.error("What was to follow the end of a savepoint failed", failure);
            return Mono.empty();
        });
    }
}
