package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Each propagation on a real database: which transaction a body runs in, and what becomes of its rows. */
@PostgresTest
class PlacesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    PlacesTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createNotes() {
        postgres.execute("DROP TABLE IF EXISTS notes; CREATE TABLE notes (id int4 PRIMARY KEY)");
    }

    private Mono<Long> insert(int id) {
        return db.sql("INSERT INTO notes VALUES (:id)").bind("id", id).update();
    }

    private Mono<Long> transactionId() {
        return db.sql("SELECT pg_current_xact_id()::text::int8").as(Long.class).one();
    }

    private String ids() {
        return postgres.queryString("SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '') FROM notes");
    }

    private <T> List<T> inside(Flux<T> body) {
        return tx.run(body).collectList().block(LIMIT);
    }

    private static <T> Mono<T> failing(Mono<?> first) {
        return first.then(Mono.error(new IllegalStateException("outer")));
    }

    @Test
    void requiredMandatoryAndSupportsJoinTheTransaction() {
        assertThat(Set.copyOf(inside(Flux.concat(
                        transactionId(),
                        transactionId().transform(tx.required()),
                        transactionId().transform(tx.mandatory()),
                        transactionId().transform(tx.supports())))))
                .hasSize(1);
    }

    @Test
    void requiresNewCommitsAlthoughTheOuterOneRollsBack() {
        StepVerifier.create(failing(insert(1).then(insert(2).transform(tx.requiresNew())))
                        .transform(tx.required()))
                .expectErrorMessage("outer")
                .verify(LIMIT);

        assertThat(ids()).isEqualTo("2");
    }

    @Test
    void notSupportedCommitsByItselfAndDoesNotSeeTheTransaction() {
        Mono<Long> count = db.sql("SELECT count(*) FROM notes").as(Long.class).one();

        StepVerifier.create(insert(1)
                        .then(insert(2).then(count).transform(tx.notSupported()))
                        .flatMap(seen -> failing(Mono.just(seen)).onErrorMap(error -> new RuntimeException("" + seen)))
                        .transform(tx.required()))
                .expectErrorMessage("1")
                .verify(LIMIT);

        assertThat(ids()).isEqualTo("2");
    }

    @Test
    void neverIsRefusedWithinATransactionAndNothingIsSent() {
        StepVerifier.create(insert(1)
                        .transform(tx.never())
                        .transform(tx.with(o -> o.name("orders")).required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IncompatibleTransactionException.class)
                        .hasMessageContaining("transaction 'orders'"))
                .verify(LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void withoutATransactionNestedBeginsOneAndSupportsDoesNot() {
        StepVerifier.create(failing(insert(1)).transform(tx.nested())).verifyErrorMessage("outer");
        StepVerifier.create(failing(insert(2)).transform(tx.supports())).verifyErrorMessage("outer");
        StepVerifier.create(failing(insert(3)).transform(tx.never())).verifyErrorMessage("outer");

        assertThat(ids()).isEqualTo("2,3");
    }

    @Test
    void joiningWithAnotherIsolationIsRefused() {
        Transactions serializable = tx.with(o -> o.isolation(IsolationLevel.SERIALIZABLE));

        StepVerifier.create(insert(1)
                        .then(insert(2).transform(serializable.required()))
                        .transform(tx.required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IncompatibleTransactionException.class)
                        .hasMessageContaining("SERIALIZABLE")
                        .hasMessageContaining("requiresNew()"))
                .verify(LIMIT);

        assertThat(ids()).isEmpty();
        StepVerifier.create(insert(3).transform(serializable.required()).transform(serializable.required()))
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void joiningAReadOnlyTransactionInOrderToWriteIsRefused() {
        StepVerifier.create(insert(1)
                        .transform(tx.with(TransactionOptions::readWrite).required())
                        .transform(tx.with(TransactionOptions::readOnly).required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IncompatibleTransactionException.class)
                        .hasMessageContaining("read-only"))
                .verify(LIMIT);
    }

    @Test
    void aPartThatJoinedAndFailedDoomsTheTransactionAlthoughItsErrorIsHandled() {
        Mono<Long> part = failing(insert(2)).<Long>then(Mono.empty()).transform(tx.required());

        StepVerifier.create(insert(1).then(part.onErrorReturn(0L)).transform(tx.required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RolledBackException.class)
                        .hasMessageContaining("nested()")
                        .hasRootCauseMessage("outer"))
                .verify(LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void aPartThatFailedBehindASavepointCostsOnlyThat() {
        Mono<Long> part = failing(insert(2)).<Long>then(Mono.empty()).transform(tx.required());
        Mono<Long> nested = insert(3).then(part.onErrorReturn(0L)).transform(tx.nested());

        StepVerifier.create(insert(1)
                        .then(nested.onErrorReturn(RolledBackException.class, 0L))
                        .transform(tx.required()))
                .expectNext(0L)
                .verifyComplete();

        assertThat(ids()).isEqualTo("1");
    }

    @Test
    void rollbackOnlyRollsBackWithoutAnError() {
        StepVerifier.create(
                        insert(1).then(tx.setRollbackOnly()).thenReturn("value").transform(tx.required()))
                .expectNext("value")
                .verifyComplete();

        assertThat(ids()).isEmpty();
    }

    @Test
    void rollbackOnlyBehindASavepointUndoesOnlyThat() {
        StepVerifier.create(insert(1)
                        .then(insert(2).then(tx.setRollbackOnly()).transform(tx.nested()))
                        .then(insert(3))
                        .transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();

        assertThat(ids()).isEqualTo("1,3");
    }

    @Test
    void rollbackOnlyOutsideATransactionIsAClearError() {
        StepVerifier.create(tx.setRollbackOnly()).verifyError(NoTransactionException.class);
    }

    @Test
    void heldElementsComeAfterTheCommitAndOnlyThen() {
        Transactions held = tx.with(o -> o.holdUntilCommit(3));

        StepVerifier.create(Flux.range(1, 3).concatMap(this::insert, 1).transform(held.required()))
                .expectNext(1L, 1L, 1L)
                .verifyComplete();
        StepVerifier.create(Flux.concat(insert(4), Mono.error(new IllegalStateException("body")))
                        .transform(held.required()))
                .verifyErrorMessage("body");

        assertThat(ids()).isEqualTo("1,2,3");
    }

    @Test
    void moreThanMayBeHeldRollsBack() {
        StepVerifier.create(Flux.range(1, 10)
                        .concatMap(this::insert, 1)
                        .transform(tx.with(o -> o.name("import").holdUntilCommit(3))
                                .required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyHeldException.class)
                        .hasMessageContaining("transaction 'import'")
                        .hasMessageContaining("3"))
                .verify(LIMIT);

        assertThat(ids()).isEmpty();
    }
}
