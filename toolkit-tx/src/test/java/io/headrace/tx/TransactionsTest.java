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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@PostgresTest
class TransactionsTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    TransactionsTest(TestPostgres postgres) {
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

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM notes");
    }

    private Mono<Long> transactionId() {
        return db.sql("SELECT pg_current_xact_id()::text::int8").as(Long.class).one();
    }

    @Test
    void completionCommits() {
        StepVerifier.create(insert(1).then(insert(2)).transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();

        assertThat(count()).isEqualTo(2);
    }

    @Test
    void anErrorRollsBackAndIsPassedOn() {
        StepVerifier.create(insert(1)
                        .then(Mono.<Long>error(new IllegalStateException("body")))
                        .transform(tx.required()))
                .verifyErrorMessage("body");

        assertThat(count()).isZero();
    }

    @Test
    void aCancelRollsBackAndStopsTheServer() {
        Disposable running = insert(1)
                .then(db.sql("SELECT 1 FROM pg_sleep(60)").as(Integer.class).one())
                .transform(tx.required())
                .subscribe();
        await(() -> postgres.backends().stream()
                .anyMatch(backend -> backend.inTransaction() && backend.query().contains("pg_sleep")));

        running.dispose();

        await(() -> postgres.openTransactions().isEmpty());
        assertThat(count()).isZero();
    }

    @Test
    void aTransactionIsColdAndEachSubscriptionIsOneOfItsOwn() {
        Mono<Long> id = transactionId().transform(tx.required());

        Long first = id.block(LIMIT);
        Long second = id.block(LIMIT);

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void allStatementsInsideRunInOneTransaction() {
        Mono<List<Long>> ids = Flux.concat(
                        transactionId(), transactionId(), transactionId().transform(tx.required()))
                .collectList()
                .transform(tx.required());

        assertThat(ids.block(LIMIT)).hasSize(3).containsOnly(ids.block(LIMIT).get(0) - 1);
    }

    @Test
    void aStatementOutsideDoesNotSeeItBeforeTheCommit() {
        StepVerifier.create(insert(1)
                        .then(Mono.fromSupplier(this::count).subscribeOn(Schedulers.boundedElastic()))
                        .transform(tx.required()))
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void theValueOfAMonoComesAfterTheCommit() {
        StepVerifier.create(insert(1)
                        .transform(tx.required())
                        .publishOn(Schedulers.boundedElastic())
                        .map(ignored -> count()))
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void aFailedStatementThatIsSwallowedMakesTheCommitAnError() {
        Mono<String> swallowed = insert(1)
                .then(insert(1))
                .thenReturn("done")
                .onErrorReturn("swallowed")
                .transform(tx.required());

        StepVerifier.create(swallowed).verifyError();

        assertThat(count()).isZero();
    }

    @Test
    void isolationAndAccessModeAreThoseAskedFor() {
        Transactions serializable = tx.with(
                options -> options.isolation(IsolationLevel.SERIALIZABLE).readOnly());
        Mono<String> setting = db.sql("SELECT current_setting('transaction_isolation') || ' ' "
                        + "|| current_setting('transaction_read_only')")
                .as(String.class)
                .one();

        StepVerifier.create(setting.transform(serializable.required()))
                .expectNext("serializable on")
                .verifyComplete();
        StepVerifier.create(setting).expectNext("read committed off").verifyComplete();
    }

    @Test
    void anErrorInsideNestedUndoesOnlyWhatWasNested() {
        Mono<Long> body = insert(1)
                .then(insert(2)
                        .then(insert(1))
                        .transform(tx.nested())
                        .onErrorResume(
                                error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION, error -> insert(3)));

        StepVerifier.create(body.transform(tx.required())).expectNext(1L).verifyComplete();

        assertThat(postgres.queryString("SELECT string_agg(id::text, ',' ORDER BY id) FROM notes"))
                .isEqualTo("1,3");
    }

    @Test
    void nestedInsideNestedUndoesTheInnerOne() {
        Mono<Long> inner = insert(2)
                .then(Mono.<Long>error(new IllegalStateException("inner")))
                .transform(tx.nested());
        Mono<Long> outer =
                insert(1).then(inner.onErrorReturn(0L)).then(insert(3)).transform(tx.nested());

        StepVerifier.create(outer.transform(tx.required())).expectNext(1L).verifyComplete();

        assertThat(count()).isEqualTo(2);
    }

    @Test
    void mandatoryWithoutATransactionIsAClearError() {
        StepVerifier.create(insert(1).transform(tx.mandatory())).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(NoTransactionException.class)
                .hasMessageContaining("tx.required()"));
    }

    @Test
    void aFluxInsideATransactionMayBeCutOffAndTheTransactionGoesOn() {
        Mono<Long> body = db.sql("SELECT n FROM generate_series(1, 1000000) AS n")
                .as(Integer.class)
                .flux()
                .take(3)
                .collectList()
                .flatMapMany(numbers -> Flux.fromIterable(numbers).concatMap(this::insert, 1))
                .then(insert(4));

        StepVerifier.create(body.transform(tx.required())).expectNext(1L).verifyComplete();

        assertThat(count()).isEqualTo(4);
    }

    @Test
    void aLostConnectionIsAnErrorAndNothingIsKept() {
        Mono<Long> body = insert(1)
                .then(Mono.fromCallable(postgres::terminateBackends).subscribeOn(Schedulers.boundedElastic()))
                .then(insert(2));

        StepVerifier.create(body.transform(tx.required())).expectError().verify(LIMIT);

        assertThat(count()).isZero();
    }

    private static void await(BooleanSupplier condition) {
        Mono.fromSupplier(condition::getAsBoolean)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(Boolean::booleanValue)
                .repeatWhenEmpty(400, retries -> retries.delayElements(Duration.ofMillis(20)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("the condition never came true")))
                .block(LIMIT);
    }
}
