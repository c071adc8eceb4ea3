package io.headrace.pool;

import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A borrower that uses plain R2DBC goes in the middle of a statement: the next one finds the same connection at rest. */
@PostgresTest
@Timeout(60)
class CancelledStatementsTest {

    private static final Duration LATER = Duration.ofSeconds(20);
    private static final String MANY = "SELECT n FROM generate_series(1, 5000) n";

    private final Pool pool;
    private final Connection lent;
    private final int pid;

    CancelledStatementsTest(TestPostgres postgres) {
        pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.name("cut")
                .size(1)
                .connectTimeout(LATER)
                .acquireTimeout(LATER)
                .releaseTimeout(LATER)));
        lent = take(pool);
        pid = pidOf(lent);
    }

    @AfterEach
    void close() {
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
    }

    private static int pidOf(Connection connection) {
        return now(Sql.one(connection, "SELECT pg_backend_pid()", Integer.class));
    }

    private static Flux<Integer> rows(Statement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map((row, metadata) -> Sql.value(row, 0, Integer.class)));
    }

    private void theNextBorrowerFindsTheSameConnectionAtRest() {
        Connection next = take(pool);
        assertThat(pidOf(next)).isEqualTo(pid);
        assertThat(now(Sql.one(next, "SHOW transaction_isolation", String.class)))
                .isEqualTo("read committed");
        giveBack(next);
    }

    private void giveBackLate() {
        StepVerifier.create(lent.close()).expectComplete().verify(LATER);
    }

    @Test
    void aStatementThatIsSleepingIsStoppedOnTheServer() {
        Statement sleep = lent.createStatement("SELECT 1 FROM pg_sleep($1)").bind("$1", 60);
        rows(sleep).subscribe().dispose();

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @Test
    void soIsOneInsideATransactionWhichIsRolledBack() {
        now(Mono.from(lent.beginTransaction()).thenReturn(true));
        rows(lent.createStatement("SELECT 1 FROM pg_sleep(60)")).subscribe().dispose();

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @Test
    void soIsABatch() {
        Flux.from(lent.createBatch().add("SELECT 1").add("SELECT pg_sleep(60)").execute())
                .concatMap(Result::getRowsUpdated)
                .subscribe()
                .dispose();

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    enum Form {
        WHOLE(statement -> statement),
        WHOLE_BOUND(statement -> statement.bind("$1", 0)),
        IN_CHUNKS(statement -> statement.fetchSize(100)),
        IN_CHUNKS_BOUND(statement -> statement.bind("$1", 0).fetchSize(100));

        private final UnaryOperator<Statement> settings;

        Form(UnaryOperator<Statement> settings) {
            this.settings = settings;
        }

        Statement of(Connection connection) {
            boolean bound = this == WHOLE_BOUND || this == IN_CHUNKS_BOUND;
            return settings.apply(connection.createStatement(bound ? MANY + " WHERE n > $1" : MANY));
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatNobodyWantsAnyMoreDoNotCostTheConnection(Form form) {
        StepVerifier.create(rows(form.of(lent)).take(10))
                .expectNextCount(10)
                .expectComplete()
                .verify(LATER);

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @ParameterizedTest
    @EnumSource
    void aCutStreamLeavesTheTransactionAsItIs(Form form) {
        now(Mono.from(lent.beginTransaction()).thenReturn(true));
        StepVerifier.create(rows(form.of(lent)).take(10))
                .expectNextCount(10)
                .expectComplete()
                .verify(LATER);

        assertThat(now(Sql.one(lent, "SELECT 42", Integer.class))).isEqualTo(42);

        giveBackLate();
        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @ParameterizedTest
    @EnumSource
    void aResultThatNobodyReadsDoesNotHoldTheConnectionUp(Form form) {
        now(Mono.from(form.of(lent).execute()).thenReturn(true));

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @ParameterizedTest
    @EnumSource
    void norDoesOneWhoseReaderGoesBeforeItBegins(Form form) {
        Mono<Boolean> mappedAndNotRead = Mono.from(form.of(lent).execute())
                .map(result -> result.map((row, metadata) -> 1))
                .thenReturn(true);
        now(mappedAndNotRead);

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @ParameterizedTest
    @EnumSource
    void aFunctionThatThrowsEndsItsStreamAndNothingElse(Form form) {
        Flux<Integer> rows = Flux.from(form.of(lent).execute())
                .concatMap(result -> result.map((row, metadata) -> {
                    int n = Sql.value(row, 0, Integer.class);
                    if (n == 300) {
                        throw new IllegalStateException("not this one");
                    }
                    return n;
                }));
        StepVerifier.create(rows)
                .expectNextCount(299)
                .expectErrorMessage("not this one")
                .verify(LATER);

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
    }

    @Test
    void aFunctionIsNotCalledForRowsThatNobodyWants() {
        AtomicInteger calls = new AtomicInteger();
        Flux<Integer> rows = Flux.from(lent.createStatement("SELECT n FROM generate_series(1, 5000) n")
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> calls.incrementAndGet()));
        StepVerifier.create(rows.take(5)).expectNextCount(5).expectComplete().verify(LATER);

        giveBackLate();

        assertThat(calls).hasValueLessThan(1_000);
    }

    @Test
    void segmentsAreReadAsTheDriverGivesThem() {
        Flux<Long> counts = Flux.from(lent.createStatement("CREATE TEMP TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2")
                        .execute())
                .concatMap(result -> result.filter(Result.UpdateCount.class::isInstance)
                        .flatMap(segment -> Mono.just(((Result.UpdateCount) segment).value())));

        StepVerifier.create(counts).expectNext(1L, 1L).expectComplete().verify(LATER);
        giveBackLate();
    }

    @ParameterizedTest
    @EnumSource
    void whoStillReadsWhenTheConnectionIsGivenBackIsTold(Form form) {
        AtomicReference<Throwable> end = new AtomicReference<>();
        BaseSubscriber<Integer> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                request(5);
            }

            @Override
            protected void hookOnError(Throwable error) {
                end.set(error);
            }
        };
        rows(form.of(lent)).subscribe(reader);

        giveBackLate();

        theNextBorrowerFindsTheSameConnectionAtRest();
        assertThat(end.get()).isNotNull();
    }

    @Test
    void aStatementFromBeforeIsNotRunOnTheConnectionOfTheNextBorrower() {
        Statement late = lent.createStatement("SELECT 1");
        giveBackLate();
        Connection next = take(pool);

        StepVerifier.create(late.execute())
                .expectError(IllegalStateException.class)
                .verify(LATER);

        giveBack(next);
    }

    @Test
    void theRequestToStopNeverHitsTheNextBorrower() {
        Connection current = lent;
        for (int i = 0; i < 100; i++) {
            Disposable running = rows(current.createStatement("SELECT 1 FROM pg_sleep($1)")
                            .bind("$1", 60))
                    .subscribe(row -> {}, error -> {});
            running.dispose();
            StepVerifier.create(current.close()).expectComplete().verify(LATER);
            current = take(pool);
            assertThat(now(Sql.one(current, "SELECT count(*)::int FROM pg_sleep(0.002)", Integer.class)))
                    .isEqualTo(1);
        }
        assertThat(pidOf(current)).isEqualTo(pid);
        giveBack(current);
    }
}
