package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What is run again, what is not, and what is said when it was in vain. */
@PostgresTest
@Timeout(60)
class RetryTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String FAILURE = "DO $$BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40001'; END$$";

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;
    private final AtomicInteger runs = new AtomicInteger();

    RetryTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createCounters() {
        postgres.execute("DROP TABLE IF EXISTS counters; CREATE TABLE counters (id int4 PRIMARY KEY, n int8 NOT NULL);"
                + " INSERT INTO counters SELECT i, 0 FROM generate_series(1, 4) AS i");
    }

    private Mono<Long> add(int id) {
        return db.sql("UPDATE counters SET n = n + 1 WHERE id = :id")
                .bind("id", id)
                .update();
    }

    private long total() {
        return postgres.queryLong("SELECT sum(n) FROM counters");
    }

    /** Fails with a serialization failure in so many runs. */
    private Mono<Long> failing(int times) {
        return Mono.defer(
                () -> runs.incrementAndGet() <= times ? db.sql(FAILURE).run().then(Mono.<Long>empty()) : add(1));
    }

    private Transactions retrying(int attempts) {
        return tx.with(o -> o.name("count").retry(attempts));
    }

    @Test
    void aSerializationFailureIsRunAgainFromTheStart() {
        Mono<Long> body = add(2).then(failing(2));

        StepVerifier.create(retrying(3).run(body))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(runs).hasValue(3);
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void theLastErrorPassesAsItIsAndTellsHowOftenItWasTried() {
        StepVerifier.create(retrying(3).run(add(2).then(failing(9))))
                .expectErrorSatisfies(error -> {
                    assertThat(SqlErrors.sqlStateOf(error)).contains("40001");
                    assertThat(error.getSuppressed()).anySatisfy(note -> assertThat(note)
                            .hasMessage("transaction 'count': given up after 3 attempts"));
                })
                .verify(LIMIT);

        assertThat(runs).hasValue(3);
        assertThat(total()).isZero();
    }

    @Test
    void withoutTheOptionNothingIsRunAgain() {
        StepVerifier.create(tx.run(failing(1))).expectError().verify(LIMIT);

        assertThat(runs).hasValue(1);
    }

    @Test
    void anotherErrorIsNotRunAgainUnlessItIsChosen() {
        Mono<Long> failing = Mono.defer(() -> runs.incrementAndGet() == 1
                ? db.sql("INSERT INTO counters VALUES (1, 1)").update()
                : add(1));

        StepVerifier.create(retrying(3).run(failing)).expectError().verify(LIMIT);
        assertThat(runs).hasValue(1);

        runs.set(0);
        Transactions chosen = tx.with(o -> o.retry(RetryConfig.of(3).on(SqlErrorKind.UNIQUE_VIOLATION)));
        StepVerifier.create(chosen.run(failing)).expectNext(1L).expectComplete().verify(LIMIT);
        assertThat(runs).hasValue(2);
    }

    @Test
    void anErrorInsideNestedRunsTheWholeTransactionAgain() {
        AtomicInteger outer = new AtomicInteger();
        Transactions retrying = retrying(3);
        Mono<Long> body = Mono.defer(() -> {
            outer.incrementAndGet();
            return add(2).then(Mono.from(failing(1).transform(retrying.nested())));
        });

        StepVerifier.create(retrying.run(body)).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(outer).hasValue(2);
        assertThat(runs).hasValue(2);
        assertThat(total()).isEqualTo(2);
    }

    @Test
    void aPartThatJoinedAndWhoseErrorWasHandledRunsTheWholeAgain() {
        Transactions retrying = retrying(3);
        Mono<Long> body = Mono.from(failing(1).transform(retrying.required())).onErrorReturn(-1L);

        StepVerifier.create(retrying.run(body)).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(runs).hasValue(2);
    }

    @Test
    void whatATransactionBesideGaveUpIsNotMultipliedByTheOuterOne() {
        Transactions retrying = retrying(3);

        StepVerifier.create(retrying.run(Mono.from(failing(99).transform(retrying.requiresNew()))))
                .expectError()
                .verify(LIMIT);

        assertThat(runs).hasValue(3);
    }

    @Test
    void aFailureOfTheCommitItselfIsRunAgain() {
        postgres.execute(
                """
                DROP SEQUENCE IF EXISTS commits; CREATE SEQUENCE commits;
                CREATE OR REPLACE FUNCTION refuse_first() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF nextval('commits') = 1 THEN
                    RAISE EXCEPTION 'made up' USING ERRCODE = '40001';
                  END IF;
                  RETURN NULL;
                END$$;
                CREATE CONSTRAINT TRIGGER refuse AFTER UPDATE ON counters DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION refuse_first()""");

        StepVerifier.create(retrying(2).run(add(1)))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(total()).isEqualTo(1);
    }

    @Test
    void theAttemptIsTold() {
        List<CurrentTransaction> seen = new CopyOnWriteArrayList<>();
        Mono<Long> body = tx.current().doOnNext(seen::add).then(failing(1));

        retrying(3).run(body).block(LIMIT);

        assertThat(seen).extracting(CurrentTransaction::attempt).containsExactly(1, 2);
    }

    @Test
    void aStreamThatHasEmittedIsNotRunAgainAndSaysWhatToDo() {
        Flux<Long> body = Flux.concat(add(2), failing(1));

        StepVerifier.create(retrying(3).run(body))
                .expectNext(1L)
                .expectErrorSatisfies(error -> assertThat(error.getSuppressed())
                        .anySatisfy(note -> assertThat(note).hasMessageContaining("holdUntilCommit")))
                .verify(LIMIT);
        assertThat(runs).hasValue(1);

        runs.set(0);
        StepVerifier.create(retrying(3).with(o -> o.holdUntilCommit(10)).run(body))
                .expectNext(1L, 1L)
                .expectComplete()
                .verify(LIMIT);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aStreamThatHasEmittedNothingIsRunAgain() {
        StepVerifier.create(retrying(3).run(failing(1).flux()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void noAttemptIsBegunWhenTheTimeIsOver() {
        Transactions patient = tx.with(o -> o.timeout(Duration.ofMillis(500))
                .retry(RetryConfig.of(9).withPauses(Duration.ofSeconds(20), 1, Duration.ofSeconds(20))));

        StepVerifier.create(patient.run(failing(9)))
                .expectErrorSatisfies(error -> assertThat(error.getSuppressed())
                        .anySatisfy(note -> assertThat(note).hasMessageContaining("nothing was left of the timeout")))
                .verify(LIMIT);

        assertThat(runs).hasValue(1);
    }

    @Test
    void pausesGrowUpToALimitAndAreShortenedByChance() {
        RetryConfig config = RetryConfig.of(20);

        assertThat(config.pauseAfter(1, 0)).isEqualTo(Duration.ofMillis(10));
        assertThat(config.pauseAfter(2, 0)).isEqualTo(Duration.ofMillis(20));
        assertThat(config.pauseAfter(4, 1)).isEqualTo(Duration.ofMillis(40));
        assertThat(config.pauseAfter(19, 0)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void thePauseComesFromTheGivenChance() {
        AtomicInteger asked = new AtomicInteger();
        Transactions chosen = tx.with(o -> o.retry(3).random(() -> {
            asked.incrementAndGet();
            return 1;
        }));

        chosen.run(failing(2)).block(LIMIT);

        assertThat(asked).hasValue(2);
    }

    @Test
    void thoseWhoCollideAllGetThrough() {
        Transactions serializable =
                tx.with(o -> o.isolation(IsolationLevel.SERIALIZABLE).retry(RetryConfig.of(50)));
        Mono<Long> body = db.sql("SELECT sum(n)::int8 FROM counters")
                .as(Long.class)
                .one()
                .flatMap(sum -> add(1 + (int) (sum % 4)));

        Flux.range(0, 40)
                .flatMap(i -> serializable.run(body).subscribeOn(Schedulers.parallel()), 8)
                .then()
                .block(LIMIT);

        assertThat(total()).isEqualTo(40);
    }
}
