package io.headrace.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.observe.StatementLabel;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** How long a session waits, by a clock that only the test moves. */
@PostgresTest
class SessionTimersTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestPostgres postgres;
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Sessions sessions;

    SessionTimersTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.sessions = Sessions.on(
                postgres.connectionFactory(), SessionConfig.defaults().withTimer(time));
    }

    @BeforeEach
    void startTheClock() {
        time.advanceTimeBy(Duration.ofSeconds(1));
    }

    @AfterEach
    void endWhatStillRuns() {
        postgres.terminateBackends();
    }

    private Session open(boolean transactional) {
        Session session = sessions.open(transactional).block(LIMIT);
        assertThat(session).isNotNull();
        return session;
    }

    /** A statement that takes a minute, by a chunk that is never full. */
    private static Publisher<Integer> minute(Connection connection) {
        return Flux.from(connection
                        .createStatement("SELECT 1 FROM pg_sleep($1)")
                        .bind(0, 60)
                        .fetchSize(10)
                        .execute())
                .concatMap((Result result) -> result.map((row, metadata) -> 1));
    }

    private void awaitActive(int count) {
        Mono.fromSupplier(() -> postgres.backends().stream()
                        .filter(backend -> backend.state().equals("active"))
                        .count())
                .subscribeOn(Schedulers.boundedElastic())
                .filter(active -> active == count)
                .repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("still " + postgres.backends())))
                .block(LIMIT);
    }

    @Test
    void aStatementThatDoesNotEndInTheDrainTimeIsGivenUp() {
        Session session = open(true);
        Disposable running = session.run(StatementLabel.of("minute"), SessionTimersTest::minute)
                .subscribe(ignored -> {}, error -> {});
        awaitActive(1);
        running.dispose();
        CompletableFuture<Void> closed = sessions.close(session).toFuture();

        time.advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(closed).isNotDone();
        time.advanceTimeBy(Duration.ofMillis(1));

        StepVerifier.create(Mono.fromFuture(closed))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DrainTimeoutException.class)
                        .hasMessageContaining("30000 ms"))
                .verify(LIMIT);
    }

    @Test
    void aCancelledStreamIsStoppedOnTheServerOnceItsChunkTakesLong() {
        Session session = open(false);
        Disposable running = session.stream(StatementLabel.of("minute"), "minute", SessionTimersTest::minute)
                .subscribe();
        awaitActive(1);
        running.dispose();

        time.advanceTimeBy(Duration.ofMillis(19));
        assertThat(session.stopRequests()).isZero();
        awaitActive(1);
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(session.stopRequests()).isOne();
        awaitActive(0);
        sessions.close(session).block(LIMIT);
    }

    @Test
    void aCancelledStreamInATransactionIsNeverStoppedByTheClock() {
        Session session = open(true);
        Disposable running = session.stream(StatementLabel.of("minute"), "minute", connection -> Flux.from(connection
                                .createStatement("SELECT 1 FROM pg_sleep($1)")
                                .bind(0, 0.3)
                                .fetchSize(10)
                                .execute())
                        .concatMap((Result result) -> result.map((row, metadata) -> 1)))
                .subscribe();
        awaitActive(1);
        running.dispose();

        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(session.stopRequests()).isZero();
        sessions.close(session).block(LIMIT);
    }
}
