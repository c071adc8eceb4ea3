package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrors;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** The time limit of a whole transaction, wherever it strikes. */
@PostgresTest
@Timeout(60)
class DeadlineTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(400);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    DeadlineTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db).with(o -> o.name("order").timeout(SHORT));
    }

    @BeforeEach
    void createNotes() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
    }

    private Mono<Long> insert(Database database, int id) {
        return database.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM notes");
    }

    @Test
    void aBodyThatWaitsForSomethingElseIsRolledBackBeforeItsErrorComes() {
        AtomicReference<Integer> open = new AtomicReference<>();
        Mono<Long> body = insert(db, 1).then(Mono.never());

        StepVerifier.create(tx.run(body)
                        .doOnError(error -> open.set(0))
                        .publishOn(Schedulers.boundedElastic())
                        .doOnError(error -> open.set(postgres.openTransactions().size())))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionTimeoutException.class)
                        .hasMessageContaining("transaction 'order'")
                        .hasMessageContaining("400 ms")
                        .hasMessageContaining("it was running"))
                .verify(LIMIT);

        assertThat(open).hasValue(0);
        assertThat(count()).isZero();
    }

    @Test
    void aStatementThatRunsIsStoppedOnTheServer() {
        Mono<Long> body = insert(db, 1)
                .then(db.sql("SELECT pg_sleep(:s)").bind("s", 50).run().then(insert(db, 2)));

        StepVerifier.create(tx.run(body)).expectError().verify(Duration.ofSeconds(15));

        Conditions.await(() -> postgres.openTransactions().isEmpty());
        assertThat(count()).isZero();
    }

    @Test
    void theWaitForAConnectionCounts() {
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.size(1)));
        Database pooled = Database.on(pool);
        Transactions limited = Transactions.on(pooled).with(o -> o.name("order").timeout(SHORT));

        StepVerifier.create(pool.create().flatMap(held -> limited.run(insert(pooled, 1))
                        .materialize()
                        .flatMap(signal -> Mono.from(held.close()).thenReturn(signal))
                        .dematerialize()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TransactionTimeoutException.class)
                        .hasMessageContaining("waiting for a connection"))
                .verify(LIMIT);
        limited.run(insert(pooled, 2)).block(LIMIT);

        pool.close().block(LIMIT);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aCommitIsNotCutShort() {
        postgres.execute(
                """
                CREATE OR REPLACE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN SET LOCAL statement_timeout = 0; PERFORM pg_sleep(1); RETURN NULL; END$$;
                CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION dawdle()""");

        StepVerifier.create(tx.with(o -> o.timeout(Duration.ofMillis(900))).run(insert(db, 1)))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void whereTheServerIsFasterItsOwnErrorPassesAndSaysWhy() {
        TransactionWork work = new TransactionWork(
                db.sessions(), TransactionOptions.defaults().name("order"), null, false, 1, Context.empty());
        Mono<Long> stopped = db.sql("SET LOCAL statement_timeout = 50")
                .run()
                .then(db.sql("SELECT pg_sleep(20)").run())
                .then(Mono.just(1L));

        StepVerifier.create(Transactions.on(db).run(stopped))
                .expectErrorSatisfies(error -> {
                    work.noteServerLimit(error, SHORT, Duration.ofMillis(1));
                    assertThat(error.getSuppressed()).noneMatch(note -> note instanceof TransactionNote);
                    work.noteServerLimit(error, SHORT, Duration.ZERO);
                    assertThat(error.getSuppressed()).anySatisfy(note -> assertThat(note)
                            .hasMessage("transaction 'order' was not done within 400 ms (TransactionOptions.timeout),"
                                    + " and the server noticed first"));
                    assertThat(SqlErrors.sqlStateOf(error)).contains("57014");
                })
                .verify(LIMIT);
    }

    @Test
    void allAttemptsShareTheLimit() {
        Mono<Long> failing = db.sql("DO $$BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40001'; END$$")
                .run()
                .then(Mono.just(1L));
        Transactions retrying = tx.with(o -> o.retry(RetryConfig.of(100)
                .withPauses(Duration.ofMillis(100), 1, Duration.ofMillis(100))
                .withJitter(0)));

        StepVerifier.create(retrying.run(failing)).expectError().verify(Duration.ofSeconds(10));
    }

    @Test
    void aStreamThatIsInTheMiddleOfItsElementsEndsWithOneError() {
        Flux<Long> body = Flux.interval(Duration.ofMillis(1)).onBackpressureDrop();

        StepVerifier.create(tx.run(body).collectList())
                .expectError(TransactionTimeoutException.class)
                .verify(LIMIT);
    }
}
