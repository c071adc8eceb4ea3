package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** {@code attempt}, inside a transaction and outside. */
@PostgresTest
class TrialsTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    TrialsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createLines() {
        postgres.execute("DROP TABLE IF EXISTS lines; CREATE TABLE lines (id int4 PRIMARY KEY)");
    }

    private Mono<Long> insert(int id) {
        return db.sql("INSERT INTO lines VALUES (:id)").bind("id", id).update();
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM lines");
    }

    @Test
    void aTransactionGoesOnBehindWhatWasSkipped() {
        Mono<Trial<Long>> body =
                insert(1).then(tx.attempt(insert(2).then(insert(1)))).delayUntil(trial -> insert(3));

        StepVerifier.create(tx.run(body))
                .assertNext(trial ->
                        assertThat(trial.reason().map(SqlErrors::kindOf)).contains(SqlErrorKind.UNIQUE_VIOLATION))
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT sum(id) FROM lines")).isEqualTo(4);
    }

    @Test
    void outsideATransactionItIsOneOfItsOwn() {
        StepVerifier.create(tx.attempt(insert(1)))
                .expectNext(new Trial.Kept<>(1L))
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(tx.attempt(insert(2).then(insert(1))))
                .expectNextMatches(trial -> !trial.isKept())
                .expectComplete()
                .verify(LIMIT);

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void workWithoutAValueIsKept() {
        StepVerifier.create(tx.attempt(insert(1).then()))
                .expectNext(new Trial.Kept<>(null))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void anErrorThatIsNotToBeSkippedIsPassedOn() {
        Mono<Trial<Long>> trial = tx.attempt(
                Mono.error(new IllegalStateException("mine")),
                error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION);

        StepVerifier.create(tx.run(insert(1).then(trial)))
                .expectErrorMessage("mine")
                .verify(LIMIT);

        assertThat(count()).isZero();
    }

    @Test
    void whatAskedToBeRolledBackIsNotCalledKept() {
        Mono<Trial<Long>> trial = tx.attempt(insert(1).delayUntil(one -> tx.setRollbackOnly()));

        StepVerifier.create(trial)
                .expectNextMatches(outside -> !outside.isKept())
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(tx.run(trial.delayUntil(inside -> insert(2))))
                .expectNextMatches(inside -> !inside.isKept())
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT sum(id) FROM lines")).isEqualTo(2);
    }

    @Test
    void aDeferredConstraintThatFailsTheCommitIsAReasonToo() {
        postgres.execute("ALTER TABLE lines ADD CONSTRAINT once UNIQUE (id) DEFERRABLE INITIALLY DEFERRED;"
                + "ALTER TABLE lines DROP CONSTRAINT lines_pkey; INSERT INTO lines VALUES (1)");

        StepVerifier.create(tx.attempt(insert(1)))
                .assertNext(trial ->
                        assertThat(trial.reason().map(SqlErrors::kindOf)).contains(SqlErrorKind.UNIQUE_VIOLATION))
                .expectComplete()
                .verify(LIMIT);
    }
}
