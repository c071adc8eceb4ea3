package io.headrace.core.connection;

import static io.headrace.core.connection.SavepointTrial.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** BEGIN, SAVEPOINT and RELEASE are refused when others have been sent behind them already. */
@PostgresTest
@Timeout(60)
class RefusedAheadTest {

    private static final String BY_ZERO = "22012";

    private final SavepointTrial trial;

    RefusedAheadTest(TestPostgres postgres) {
        this.trial = SavepointTrial.on(postgres);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    private static String state(Throwable error) {
        return SqlErrors.sqlStateOf(error).orElse(error.toString());
    }

    @Test
    void behindABeginThatIsRefusedOnlyOneStatementIsSentAndAllSeeItsError() {
        trial.proxy.delay(Duration.ofMillis(30));
        trial.connections.replace("BEGIN", "SELECT 1 / 0");
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Mono<Void> body = trial.transaction(outer -> Flux.range(1, 5)
                .flatMap(
                        n -> Mono.defer(() -> n == 5 ? trial.nested(outer, trial.insert(n)) : trial.insert(n))
                                .onErrorResume(error -> {
                                    seen.add(state(error));
                                    return Mono.empty();
                                }),
                        5)
                .then(trial.insert(6))
                .then());

        StepVerifier.create(body)
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo(BY_ZERO))
                .verify(LIMIT);

        assertThat(seen).containsExactly(BY_ZERO, BY_ZERO, BY_ZERO, BY_ZERO, BY_ZERO);
        assertThat(trial.connections.sent("INSERT")).isOne();
        assertThat(trial.connections.sent("COMMIT")).isZero();
        assertThat(trial.postgres.queryLong("SELECT count(*) FROM numbers")).isLessThanOrEqualTo(1);
    }

    @Test
    void aBodyThatSendsNothingDoesNotCompleteWhereItsBeginIsRefused() {
        trial.connections.replace("BEGIN", "SELECT 1 / 0");

        StepVerifier.create(trial.transaction(outer -> Mono.just(1)))
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo(BY_ZERO))
                .verify(LIMIT);
    }

    @Test
    void aBodyThatHandlesTheErrorOfItsBeginFailsAllTheSame() {
        trial.connections.replace("BEGIN", "SELECT 1 / 0");

        StepVerifier.create(trial.transaction(outer -> trial.insert(1).onErrorReturn(0L)))
                .expectErrorSatisfies(error -> assertThat(state(error)).isEqualTo(BY_ZERO))
                .verify(LIMIT);
    }

    @Test
    void aConnectionWhoseBeginWasRefusedServesTheNextOne() {
        trial.connections.replace("BEGIN", "SELECT 1 / 0");
        StepVerifier.create(trial.transaction(outer -> Mono.just(1)))
                .expectError()
                .verify(LIMIT);
        trial.connections.replace("BEGIN", "BEGIN");

        StepVerifier.create(trial.transaction(outer -> trial.insert(1)))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("1");
    }

    /** A statement of the outer level is under way when the savepoint is set, and fails. */
    @Test
    void aSavepointThatIsRefusedFailsWhatIsBehindItAndTheTransaction() {
        trial.proxy.delay(Duration.ofMillis(30));
        Queue<SqlErrorKind> seen = new ConcurrentLinkedQueue<>();
        Mono<Void> body = trial.transaction(outer -> trial.insert(1)
                .then(Mono.when(
                        trial.fail().onErrorReturn(0),
                        trial.nested(
                                        outer,
                                        Flux.merge(trial.insert(2), trial.insert(3))
                                                .then())
                                .onErrorResume(error -> {
                                    seen.add(SqlErrors.kindOf(error));
                                    return Mono.empty();
                                }))));

        StepVerifier.create(body)
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.TRANSACTION_ABORTED))
                .verify(LIMIT);

        assertThat(seen).containsExactly(SqlErrorKind.TRANSACTION_ABORTED);
        assertThat(trial.kept()).isEmpty();
    }

    @Test
    void aSavepointThatTheServerRefusesDoomsTheTransaction() {
        trial.connections.replace("SAVEPOINT", "SELECT 1 / 0");
        Mono<Long> body = trial.transaction(
                outer -> trial.nested(outer, trial.insert(1)).onErrorReturn(0L).then(trial.insert(2)));

        StepVerifier.create(body).expectError().verify(LIMIT);

        assertThat(trial.kept()).isEmpty();
    }

    /** Each of these takes the inner savepoint away, which is then to be released. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ROLLBACK TO SAVEPOINT headrace_1",
                "RELEASE SAVEPOINT headrace_1",
                "RELEASE SAVEPOINT headrace_2",
                "ROLLBACK",
                "COMMIT"
            })
    void aReleaseThatIsRefusedFailsTheTransactionAndNoCommitIsReported(String misuse) {
        Mono<Long> body = trial.transaction(outer -> trial.insert(1)
                .then(SavepointScope.of(trial.db.sessions(), outer).mono(middle -> trial.insert(2)
                        .then(trial.nested(
                                middle,
                                trial.insert(3).then(trial.db.sql(misuse).run()).thenReturn(1L))))));

        StepVerifier.create(body).expectError().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo(misuse.equals("COMMIT") ? "1,2,3" : "");
    }

    /** The driver would pass over the COMMIT, and say that all went well. */
    @ParameterizedTest
    @ValueSource(strings = {"ROLLBACK", "COMMIT"})
    void aTransactionThatItsOwnStatementsHaveEndedIsAnErrorAtItsCommit(String misuse) {
        Mono<Void> body = trial.transaction(
                outer -> trial.insert(1).then(trial.db.sql(misuse).run()).then());

        StepVerifier.create(body)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcRollbackException.class)
                        .hasMessageContaining("COMMIT or ROLLBACK"))
                .verify(LIMIT);
    }

    @Test
    void aReleaseBehindAnErrorThatWasHandledIsAwaitedAndItsFailureUndoesTheSavepoint() {
        Mono<Long> body = trial.transaction(outer -> trial.insert(1)
                .then(trial.nested(outer, trial.insert(2).then(trial.fail()).onErrorReturn(0)))
                .onErrorReturn(0)
                .then(trial.insert(3)));

        StepVerifier.create(body).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(trial.kept()).isEqualTo("1,3");
        assertThat(List.copyOf(trial.sent())).contains("ROLLBACK TO SAVEPOINT \"headrace_1\"");
    }
}
