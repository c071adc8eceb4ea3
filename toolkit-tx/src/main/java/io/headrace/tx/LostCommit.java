package io.headrace.tx;

import io.headrace.core.connection.AccessMode;
import io.headrace.core.connection.Scope;
import io.headrace.core.connection.ScopeEnds;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.dialect.CommitOutcome;
import io.headrace.core.dialect.CommitQuestion;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds out what became of a transaction whose connection was lost during COMMIT. */
final class LostCommit {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** One question may meet a dead link or a full pool; the others must have their turn. */
    private static final int TRIES_AT_LEAST = 4;

    private final Sessions sessions;
    private final TransactionOptions options;
    private final Throwable error;
    private final long startedAt;
    private volatile @Nullable Throwable lastFailure;

    LostCommit(Sessions sessions, TransactionOptions options, Throwable error) {
        this.sessions = sessions;
        this.options = options;
        this.error = error;
        this.startedAt = now();
    }

    /**
     * Whether it was committed.
     *
     * @param readOnly whether it was begun so
     * @param mark what the server called it; empty where it had written nothing, null where that was not answered
     */
    Mono<Boolean> wasCommitted(boolean readOnly, @Nullable String mark) {
        if (readOnly || (mark != null && mark.isEmpty())) {
            return Mono.just(isValidWithoutCommit());
        }
        Optional<CommitQuestion> question = sessions.dialect().commitQuestion();
        if (question.isEmpty()) {
            return unknown(mark, sessions.dialect().name() + " can't be asked");
        }
        if (mark != null) {
            return asked(question.get(), mark);
        }
        return switch (options.ends().commitCheck()) {
            case NONE -> unknown(mark, "the check was switched off by CommitCheck.NONE");
            case WITH_COMMIT ->
                unknown(
                        mark,
                        "the transaction's id was lost with it. CommitCheck.BEFORE_COMMIT asks for the id before, for one more round trip");
            // COMMIT was never sent.
            case BEFORE_COMMIT -> Mono.just(false);
        };
    }

    /** Nothing was changed; but what a serializable transaction has read holds only if its COMMIT succeeds. */
    private boolean isValidWithoutCommit() {
        return !IsolationLevel.SERIALIZABLE.equals(options.mode().isolation());
    }

    private Mono<Boolean> asked(CommitQuestion question, String mark) {
        Duration limit = options.ends().commitCheckTimeout();
        return Mono.defer(() -> outcome(question, mark))
                .timeout(limit.dividedBy(TRIES_AT_LEAST), sessions.timer())
                .onErrorResume(failure -> {
                    lastFailure = failure;
                    return Mono.just(CommitOutcome.UNDECIDED);
                })
                .filter(outcome -> outcome != CommitOutcome.UNDECIDED)
                .repeatWhenEmpty(
                        Integer.MAX_VALUE,
                        rounds -> rounds.concatMap(round -> Mono.delay(pause(round), sessions.timer()), 1))
                .timeout(
                        limit,
                        Mono.defer(() -> unknown(
                                mark,
                                "the server did not tell within " + limit.toMillis()
                                        + " ms (TransactionOptions.commitCheckTimeout)")),
                        sessions.timer())
                .flatMap(outcome -> switch (outcome) {
                    case COMMITTED -> Mono.just(true);
                    case ROLLED_BACK -> Mono.just(false);
                    case UNDECIDED, UNKNOWN ->
                        unknown(mark, "the server has been restarted or replaced, or does not remember it any more");
                });
    }

    /** The timeout's fallback has the type of what it replaces. */
    private <T> Mono<T> unknown(@Nullable String mark, String reason) {
        return Mono.error(() -> {
            Throwable unknown = new CommitOutcomeUnknownException(options.toString(), reason, mark, error);
            Throwable failure = lastFailure;
            if (failure != null) {
                unknown.addSuppressed(failure);
            }
            return unknown;
        });
    }

    private Mono<CommitOutcome> outcome(CommitQuestion question, String mark) {
        return Scope.mono(
                sessions.open(false, AccessMode.READ_WRITE),
                session -> brokenOff(session, question, mark).then(answer(session, question, mark)),
                ScopeEnds.always(sessions::close));
    }

    private static Mono<CommitOutcome> answer(Session session, CommitQuestion question, String mark) {
        return session.run(connection -> question.outcomeOf(connection, mark)).single();
    }

    /** A server that has heard nothing of the lost connection would leave it open for hours. */
    private Mono<Void> brokenOff(Session session, CommitQuestion question, String mark) {
        long half = options.ends().commitCheckTimeout().toNanos() / 2;
        return now() - startedAt < half
                ? Mono.empty()
                : Flux.from(session.<Void>run(connection -> question.breakOff(connection, mark)))
                        .then();
    }

    private static Duration pause(long round) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(round, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private long now() {
        return sessions.timer().now(TimeUnit.NANOSECONDS);
    }
}
