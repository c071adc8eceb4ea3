package io.headrace.core.connection;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How a transaction ends: wind up, commit or roll back, give the connection back, tell the guide. Each step happens
 * whatever became of the one before.
 */
final class TransactionEnds implements ScopeEnds<Session> {

    private static final Logger LOGGER = LoggerFactory.getLogger(TransactionScope.class);

    private final Sessions sessions;
    private final TransactionGuide guide;

    TransactionEnds(Sessions sessions, TransactionGuide guide) {
        this.sessions = sessions;
        this.guide = guide;
    }

    @Override
    public Publisher<?> onComplete(Session session) {
        return windUp(session)
                .then(Mono.fromSupplier(guide::rollsBack))
                .onErrorResume(error -> rolledBack(session, error).then(Mono.error(error)))
                .flatMap(rollsBack -> rollsBack ? rolledBack(session, null) : committed(session));
    }

    @Override
    public Publisher<?> onError(Session session, Throwable error) {
        return rolledBack(session, error);
    }

    @Override
    public Publisher<?> onCancel(Session session) {
        return rolledBack(session, null);
    }

    /** Completes when everything of the transaction has ended and nothing of it was refused. */
    private static Mono<Void> windUp(Session session) {
        return Mono.defer(() -> {
            session.seal();
            Conversation conversation = session.conversation();
            return conversation.settled(session.queue().woundUp()).then(Mono.defer(() -> {
                Throwable failure = session.queue().failureOf(session.level());
                return failure == null ? Mono.empty() : Mono.error(failure);
            }));
        });
    }

    private Mono<Void> committed(Session session) {
        return commit(session).materialize().flatMap(answer -> {
            Throwable error = answer.getThrowable();
            return error == null
                    ? closed(session).then(told(TransactionOutcome.COMMITTED, null))
                    : failed(session, causeOf(error, session));
        });
    }

    private Mono<Void> commit(Session session) {
        return Mono.defer(() -> {
            Conversation conversation = session.conversation();
            Mono<Void> question =
                    Flux.from(guide.beforeCommit(session.connection())).then().onErrorComplete();
            Mono<Void> commit = Mono.fromDirect(session.dialect().commit(session.connection()));
            if (session.dialect().answersInOrder() && !guide.awaitsBeforeCommit()) {
                new Ahead(session.queue(), null, error -> {}).send(question);
                return conversation.answered(null, commit);
            }
            return conversation.answered(null, Flux.concat(question, commit));
        });
    }

    /** A COMMIT that was sent behind something that failed says only that it did nothing. */
    private static Throwable causeOf(Throwable commitError, Session session) {
        Throwable earlier = session.queue().failureOf(session.level());
        if (earlier == null || earlier == commitError) {
            return commitError;
        }
        earlier.addSuppressed(commitError);
        return earlier;
    }

    private Mono<Void> failed(Session session, Throwable error) {
        return isLost(error)
                ? sessions.giveUp(session).onErrorComplete().then(lost(error))
                : rolledBack(session, error).then(Mono.error(error));
    }

    private Mono<Void> lost(Throwable error) {
        return Mono.defer(() -> guide.commitLost(error))
                .onErrorResume(
                        unknown -> told(TransactionOutcome.UNKNOWN, unknown).then(Mono.error(unknown)))
                .flatMap(committed -> committed
                        ? told(TransactionOutcome.COMMITTED, null)
                        : told(TransactionOutcome.ROLLED_BACK, error).then(Mono.error(error)));
    }

    private static boolean isLost(Throwable error) {
        return error instanceof DrainTimeoutException || SqlErrors.kindOf(error) == SqlErrorKind.CONNECTION_LOST;
    }

    private Mono<Void> rolledBack(Session session, @Nullable Throwable error) {
        return stopped(session)
                .then(Mono.defer(() ->
                        session.conversation().answered(null, session.dialect().rollback(session.connection()))))
                .onErrorResume(
                        second -> sessions.giveUp(session).onErrorComplete().then(Mono.error(second)))
                .then(closed(session))
                .onErrorResume(second -> {
                    // The server rolls back by itself when the connection is gone.
                    if (error == null) {
                        LOGGER.warn("A transaction could not be rolled back; its connection was closed", second);
                    } else if (error != second) {
                        error.addSuppressed(second);
                    }
                    return Mono.empty();
                })
                .then(told(TransactionOutcome.ROLLED_BACK, error));
    }

    /** Stops what runs; not before BEGIN is answered, for what was sent behind a BEGIN that was stopped has no transaction. */
    private static Mono<Void> stopped(Session session) {
        return Mono.defer(() -> {
            Conversation conversation = session.conversation();
            StatementQueue queue = session.queue();
            queue.abandon();
            queue.seal(session.level());
            if (conversation.isSettled()) {
                return Mono.empty();
            }
            return conversation.limited(queue.begun()).then(conversation.stopped(queue::joinIfBusy, queue::quiet));
        });
    }

    /** It has ended already, so what goes wrong with its connection is no error of it. */
    private Mono<Void> closed(Session session) {
        return sessions.close(session).onErrorResume(error -> {
            LOGGER.warn("The connection of a transaction that had ended could not be given back cleanly", error);
            return Mono.empty();
        });
    }

    private Mono<Void> told(TransactionOutcome outcome, @Nullable Throwable error) {
        return Mono.defer(() -> guide.ended(outcome, error)).onErrorResume(failure -> {
            LOGGER.error("What was to follow the end of a transaction failed; its outcome is {}", outcome, failure);
            return Mono.empty();
        });
    }
}
