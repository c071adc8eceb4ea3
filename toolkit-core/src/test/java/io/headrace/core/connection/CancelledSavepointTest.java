package io.headrace.core.connection;

import static io.headrace.core.connection.SavepointTrial.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.DatabaseConfig;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A part behind a savepoint, or the whole, is cancelled: what the server did for it is stopped, and nothing else. */
@PostgresTest
@Timeout(60)
class CancelledSavepointTest {

    /** Shorter than any statement here runs if it is not stopped. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final double LONG_SECONDS = 50;

    private final TestPostgres postgres;
    private final SavepointTrial trial;
    private final Sinks.One<Long> cut = Sinks.one();

    CancelledSavepointTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.trial = SavepointTrial.on(postgres);
    }

    @AfterEach
    void close() {
        trial.close();
    }

    /** The part ends early, with the value of {@link #cut}, when that comes. */
    private CompletableFuture<Long> withAPartThatIsCut(Mono<Long> part) {
        return trial.transaction(outer -> trial.insert(1)
                        .then(Mono.firstWithSignal(trial.nested(outer, part), cut.asMono()))
                        .then(trial.insert(9)))
                .toFuture();
    }

    @Test
    void aPartThatIsCancelledAloneIsStoppedAndUndoneAndTheTransactionGoesOn() {
        CompletableFuture<Long> whole = withAPartThatIsCut(
                trial.insert(2).then(trial.sleep(LONG_SECONDS)).thenReturn(1L));
        await("it sleeps", () -> trial.serverRuns("pg_sleep"));

        cut.tryEmitValue(0L);

        StepVerifier.create(Mono.fromFuture(whole))
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
        assertThat(trial.kept()).isEqualTo("1,9");
    }

    @Test
    void aPartThatIsCancelledWhileItsSavepointIsOnItsWayIsStoppedAllTheSame() {
        trial.proxy.delay(Duration.ofMillis(150));
        CompletableFuture<Long> whole =
                withAPartThatIsCut(trial.sleep(LONG_SECONDS).thenReturn(1L));
        await("SAVEPOINT is sent", () -> trial.connections.sent("SAVEPOINT") == 1);

        cut.tryEmitValue(0L);

        StepVerifier.create(Mono.fromFuture(whole))
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
        assertThat(trial.kept()).isEqualTo("1,9");
    }

    @Test
    void aPartThatWaitsForItsTurnIsNotStartedAnyMore() {
        Sinks.One<Long> first = Sinks.one();
        CompletableFuture<Long> whole = trial.transaction(outer -> Flux.merge(
                                trial.nested(outer, trial.insert(1).then(first.asMono())),
                                Mono.firstWithSignal(trial.nested(outer, trial.insert(2)), cut.asMono()))
                        .count())
                .toFuture();
        await("the first is there", () -> trial.connections.sent("INSERT") == 1);

        cut.tryEmitValue(0L);
        first.tryEmitValue(0L);

        StepVerifier.create(Mono.fromFuture(whole))
                .expectNext(2L)
                .expectComplete()
                .verify(SOON);
        assertThat(trial.kept()).isEqualTo("1");
        assertThat(trial.connections.sent("SAVEPOINT")).isOne();
    }

    @Test
    void aStopNeverHitsAStatementOfTheLevelAround() {
        CompletableFuture<Long> whole = trial.transaction(outer -> Mono.zip(
                                trial.sleep(0.7).then(trial.insert(1)),
                                Mono.firstWithSignal(
                                        trial.nested(
                                                outer, trial.sleep(LONG_SECONDS).thenReturn(1L)),
                                        cut.asMono()))
                        .map(both -> both.getT1()))
                .toFuture();
        await("the outer one runs", () -> trial.serverRuns("pg_sleep"));

        cut.tryEmitValue(0L);

        StepVerifier.create(Mono.fromFuture(whole))
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
        assertThat(trial.kept()).isEqualTo("1");
    }

    /** What was sent behind a BEGIN that a stop request hits would run outside any transaction, and stay. */
    @Test
    void aStopNeverHitsTheBegin() {
        trial.connections.replace("BEGIN", "SELECT pg_sleep(1); BEGIN");
        Disposable whole = trial.transaction(outer -> trial.insert(1).then(trial.sleep(LONG_SECONDS)))
                .subscribe();
        await("it begins", () -> trial.serverRuns("pg_sleep(1)"));

        whole.dispose();

        await(
                "it is over",
                () -> trial.connections.sent("ROLLBACK") == 1
                        && postgres.openTransactions().isEmpty());
        assertThat(trial.kept()).isEmpty();
    }

    /** The request is taken while the statement is still on its way, and stops nothing. */
    @Test
    void aStatementThatAStopRequestHasOvertakenIsStoppedAllTheSame() {
        trial.connections.delay("SELECT 1 FROM pg_sleep", Duration.ofMillis(700));
        CompletableFuture<Long> whole = withAPartThatIsCut(
                trial.insert(2).then(trial.sleep(LONG_SECONDS)).thenReturn(1L));
        await("the driver has it", () -> trial.connections.sent("SELECT 1 FROM pg_sleep") == 1);

        cut.tryEmitValue(0L);

        StepVerifier.create(Mono.fromFuture(whole))
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
        assertThat(trial.kept()).isEqualTo("1,9");
    }

    @Test
    void aWholeWhoseStatementAStopRequestHasOvertakenIsStoppedAllTheSame() {
        trial.connections.delay("SELECT 1 FROM pg_sleep", Duration.ofMillis(700));
        Disposable whole = trial.transaction(outer -> trial.insert(1).then(trial.sleep(LONG_SECONDS)))
                .subscribe();
        await("the driver has it", () -> trial.connections.sent("SELECT 1 FROM pg_sleep") == 1);

        whole.dispose();

        await(
                "it is over",
                () -> trial.connections.sent("ROLLBACK") == 1
                        && postgres.openTransactions().isEmpty());
        assertThat(trial.kept()).isEmpty();
    }

    /** Neither the stop request nor anything else is answered any more. */
    @Test
    @AllowDroppedErrors("the silent link is cut when nobody listens any more")
    void aLinkThatFallsSilentHoldsNobodyUpForLongerThanTheDrainTimeout() {
        try (SavepointTrial silent =
                SavepointTrial.on(postgres, DatabaseConfig.defaults().withDrainTimeout(Duration.ofMillis(300)))) {
            Sinks.One<Long> end = Sinks.one();
            CompletableFuture<Long> whole = silent.transaction(outer -> silent.insert(1)
                            .then(Mono.firstWithSignal(
                                    silent.sleep(LONG_SECONDS).thenReturn(1L),
                                    end.asMono().then(Mono.<Long>error(new IllegalStateException("body"))))))
                    .toFuture();
            await("it sleeps", () -> silent.serverRuns("pg_sleep"));

            silent.proxy.blackHole();
            end.tryEmitValue(0L);

            StepVerifier.create(Mono.fromFuture(whole))
                    .expectErrorMessage("body")
                    .verify(SOON);
            silent.proxy.reset();
        }
        postgres.terminateBackends();
        assertThat(trial.kept()).isEmpty();
    }
}
