package io.headrace.tx.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Conditions;
import io.headrace.tx.RolledBackException;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.ConnectionFactoryUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Code of Spring in a transaction of ours. */
@PostgresTest
class SpringInsideTest extends SpringBed {

    SpringInsideTest(TestPostgres postgres) {
        super(postgres);
    }

    @Test
    void statementsOfSpringRunInOurTransaction() {
        List<Long> ids = Flux.concat(
                        transactionOfSpring(),
                        transaction(),
                        operator.transactional(transactionOfSpring()),
                        operator.transactional(transaction()),
                        transactionOfSpring().transform(tx.nested()))
                .transform(tx.required())
                .collectList()
                .block(LIMIT);

        assertThat(ids).hasSize(5).containsOnly(ids.get(0));
    }

    @Test
    void weCommitAndRollBack() {
        StepVerifier.create(insertBySpring(1)
                        .then(operator.transactional(insertBySpring(2)))
                        .transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();
        StepVerifier.create(insertBySpring(3)
                        .then(operator.transactional(insertBySpring(4)))
                        .then(SpringBed.<Long>failure("body"))
                        .transform(tx.required()))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("1,2");
    }

    @Test
    void aPartThatSpringRollsBackDoomsTheWhole() {
        Mono<Long> part = operator.transactional(insertBySpring(2).then(SpringBed.<Long>failure("part")));

        StepVerifier.create(insert(1).then(part.onErrorComplete()).transform(tx.required()))
                .expectError(RolledBackException.class)
                .verify(LIMIT);

        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void aPartThatSpringRollsBackBehindASavepointOfOursIsUndoneAlone() {
        Mono<Long> part = operator.transactional(insertBySpring(2).then(SpringBed.<Long>failure("part")))
                .onErrorComplete();

        StepVerifier.create(insert(1)
                        .then(part.transform(tx.nested()).onErrorComplete(RolledBackException.class))
                        .then(insertBySpring(3))
                        .transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();

        assertThat(notes()).isEqualTo("1,3");
    }

    @Test
    void aSavepointOfSpringInOurTransactionUndoesThatAlone() {
        Mono<Long> part = operator(TransactionDefinition.PROPAGATION_NESTED)
                .transactional(insertBySpring(2).then(insertBySpring(1)));

        StepVerifier.create(
                        insert(1).then(part.onErrorComplete()).then(insert(3)).transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();

        assertThat(notes()).isEqualTo("1,3");
    }

    @Test
    void whatSpringBeginsBesideIsOfSpringForUsToo() {
        Mono<Long> beside = operator(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                .transactional(insert(2).then(insertBySpring(3)));

        StepVerifier.create(insert(1)
                        .then(beside)
                        .then(insert(4))
                        .then(SpringBed.<Long>failure("body"))
                        .transform(tx.required()))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("2,3");
    }

    private Mono<Void> registered(List<String> ran) {
        return TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(manager -> manager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public Mono<Void> beforeCommit(boolean readOnly) {
                        return insertBySpring(9).then(Mono.fromRunnable(() -> ran.add("before commit")));
                    }

                    @Override
                    public Mono<Void> afterCommit() {
                        return Mono.fromRunnable(() -> ran.add("after commit"));
                    }

                    @Override
                    public Mono<Void> afterCompletion(int status) {
                        return Mono.fromRunnable(() -> ran.add("completed as " + status));
                    }
                }))
                .then();
    }

    @Test
    void synchronizationsOfSpringRunAroundOurEnd() {
        List<String> ran = new CopyOnWriteArrayList<>();

        operator.transactional(registered(ran))
                .then(Mono.fromRunnable(() -> ran.add("joined")))
                .then(insert(1))
                .transform(tx.required())
                .block(LIMIT);
        registered(ran)
                .then(SpringBed.<Long>failure("body"))
                .transform(tx.required())
                .onErrorComplete()
                .block(LIMIT);

        assertThat(ran).containsExactly("joined", "before commit", "after commit", "completed as 0", "completed as 1");
        assertThat(notes()).isEqualTo("1,9");
    }

    @Test
    void aCancelStopsTheStatementOfSpringOnTheServer() {
        Disposable running = insert(1)
                .then(client.sql("SELECT 1 FROM pg_sleep(60)").fetch().rowsUpdated())
                .transform(tx.required())
                .subscribe();
        Conditions.await(() -> postgres.backends().stream()
                .anyMatch(backend -> backend.inTransaction() && backend.query().contains("pg_sleep")));

        running.dispose();

        Conditions.await(() -> pool.snapshot().acquired() == 0);
        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void rowsOfSpringMayBeCutOffAndTheTransactionGoesOn() {
        Mono<Long> cut = client.sql("SELECT n FROM generate_series(1, 50000) AS n WHERE n > :least")
                .bind("least", 0)
                .map(row -> row.get(0, Integer.class))
                .all()
                .take(3)
                .count();

        StepVerifier.create(
                        cut.then(cut).then(insert(1)).then(insertBySpring(2)).transform(tx.required()))
                .expectNext(1L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void outsideOurTransactionSpringGivesItsConnectionsBack() {
        Mono<Long> outside = transactionOfSpring().repeat(3).count().transform(tx.notSupported());

        assertThat(insert(1).then(outside).transform(tx.required()).block(LIMIT))
                .isEqualTo(4);
        assertThat(pool.snapshot().acquired()).isZero();
    }

    @Test
    void whatWouldEndOurTransactionIsRefused() {
        Mono<Void> commit = client.inConnection(connection -> Mono.from(connection.commitTransaction()));
        Mono<Void> closing =
                ConnectionFactoryUtils.getConnection(pool).flatMap(connection -> Mono.from(connection.close()));

        StepVerifier.create(commit.transform(tx.required()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("commitTransaction()"))
                .verify(LIMIT);
        StepVerifier.create(closing.then(insert(1)).transform(tx.required()))
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void aBatchOfSpringRunsInOurTransaction() {
        Mono<Long> batch = client.inConnectionMany(connection ->
                        Flux.from(batchOn(connection).execute()).flatMap(result -> result.getRowsUpdated(), 8))
                .reduce(0L, Long::sum);

        assertThat(batch.transform(tx.required()).block(LIMIT)).isEqualTo(2);
        assertThat(notes()).isEqualTo("1,2");
    }

    private static Batch batchOn(Connection connection) {
        return connection.createBatch().add("INSERT INTO notes VALUES (1)").add("INSERT INTO notes VALUES (2)");
    }
}
