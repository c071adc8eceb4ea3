package io.headrace.tx.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.headrace.tx.Conditions;
import io.headrace.tx.IncompatibleTransactionException;
import io.headrace.tx.LockKey;
import io.headrace.tx.NoConnectionLeftException;
import io.headrace.tx.RolledBackException;
import io.headrace.tx.TransactionLocks;
import io.headrace.tx.Transactions;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Our statements and parts in a transaction that Spring has begun. */
@PostgresTest
class InsideSpringTest extends SpringBed {

    InsideSpringTest(TestPostgres postgres) {
        super(postgres);
    }

    @Test
    void ourStatementsRunInTheTransactionOfSpring() {
        List<Long> ids = operator.transactional(Flux.concat(
                        transactionOfSpring(),
                        transaction(),
                        transaction().transform(tx.required()),
                        transaction().transform(tx.mandatory()),
                        transaction().transform(tx.nested()),
                        transactionOfSpring()))
                .collectList()
                .block(LIMIT);

        // A savepoint has a number of its own only where it writes.
        assertThat(ids).hasSize(6).containsOnly(ids.get(0));
        assertThat(transaction().block(LIMIT)).isNotEqualTo(ids.get(0));
    }

    @Test
    void springCommitsAndRollsBack() {
        StepVerifier.create(operator.transactional(insert(1).then(insertBySpring(2))))
                .expectNext(1L)
                .verifyComplete();
        StepVerifier.create(
                        operator.transactional(insert(3).then(insertBySpring(4)).then(failure("body"))))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("1,2");
    }

    @Test
    void aTransactionWithoutAStatementOfSpringIsOneAsWell() {
        StepVerifier.create(operator.transactional(insert(1).then(failure("body"))))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void hooksRunAroundTheEndOfTheTransactionOfSpring() {
        List<String> ran = new CopyOnWriteArrayList<>();
        Mono<Void> hooks = tx.beforeCommit(insert(2).then())
                .then(tx.afterCommit(db.sql("SELECT count(*) FROM notes")
                        .as(Long.class)
                        .one()
                        .doOnNext(count -> ran.add("committed " + count))
                        .then()))
                .then(tx.afterRollback(Mono.fromRunnable(() -> ran.add("rolled back"))))
                .then(tx.afterCompletion(outcome -> Mono.fromRunnable(() -> ran.add(outcome.name()))));

        operator.transactional(hooks.then(insert(1))).block(LIMIT);
        operator.transactional(hooks.then(failure("body"))).onErrorComplete().block(LIMIT);

        assertThat(ran).containsExactly("committed 2", "COMMITTED", "rolled back", "ROLLED_BACK");
    }

    @Test
    void anErrorBehindASavepointOfOursUndoesThatAlone() {
        Mono<Long> part = insert(2).then(insertBySpring(3)).then(SpringBed.<Long>failure("part"));

        operator.transactional(insert(1)
                        .then(part.transform(tx.nested()).onErrorComplete())
                        .then(insertBySpring(4)))
                .block(LIMIT);

        assertThat(notes()).isEqualTo("1,4");
    }

    @Test
    void anErrorBehindASavepointOfSpringUndoesThatAlone() {
        Mono<Long> part = insert(2).then(insert(1));

        operator.transactional(insert(1)
                        .then(operator(TransactionDefinition.PROPAGATION_NESTED)
                                .transactional(part)
                                .onErrorComplete())
                        .then(insert(4)))
                .block(LIMIT);

        assertThat(notes()).isEqualTo("1,4");
    }

    @Test
    void aPartOfOursThatFailedIsNotCommitted() {
        Mono<Long> part = insert(2).then(SpringBed.<Long>failure("part"));

        StepVerifier.create(operator.transactional(
                        insert(1).then(part.transform(tx.required()).onErrorComplete())))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(RolledBackException.class)
                        .hasRootCauseMessage("part"))
                .verify(LIMIT);

        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void setRollbackOnlyEndsInAnErrorAndNothingIsCommitted() {
        StepVerifier.create(operator.transactional(insert(1).then(tx.setRollbackOnly())))
                .expectError(RolledBackException.class)
                .verify(LIMIT);

        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void whatLeavesTheTransactionOfSpringIsCommittedWithoutIt() {
        Mono<Long> beside =
                insertBySpring(2).then(insert(3)).then(transaction()).transform(tx.requiresNew());
        Mono<Long> without = insertBySpring(4).then(insert(5)).transform(tx.notSupported());

        StepVerifier.create(operator.transactional(insert(1)
                        .then(transaction())
                        .zipWhen(id -> beside)
                        .doOnNext(ids -> assertThat(ids.getT1()).isNotEqualTo(ids.getT2()))
                        .then(without)
                        .then(failure("body"))))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("2,3,4,5");
    }

    @Test
    void aTransactionThatSpringSuspendsIsSuspendedForUsToo() {
        Mono<Long> beside = operator(TransactionDefinition.PROPAGATION_REQUIRES_NEW)
                .transactional(insert(2).then(insertBySpring(3)));

        StepVerifier.create(operator.transactional(
                        insert(1).then(beside).then(insert(4)).then(failure("body"))))
                .verifyErrorMessage("body");

        assertThat(notes()).isEqualTo("2,3");
    }

    @Test
    void aCancelStopsOurStatementOnTheServer() {
        Disposable running = operator.transactional(insert(1)
                        .then(db.sql("SELECT 1 FROM pg_sleep(60)")
                                .as(Integer.class)
                                .one()))
                .subscribe();
        Conditions.await(() -> postgres.backends().stream()
                .anyMatch(backend -> backend.inTransaction() && backend.query().contains("pg_sleep")));

        running.dispose();

        Conditions.await(() -> pool.snapshot().acquired() == 0);
        assertThat(notes()).isEqualTo("null");
    }

    @Test
    void locksAndRulesSeeTheTransactionOfSpring() {
        TransactionLocks locks = TransactionLocks.on(db);

        assertThat(operator.transactional(locks.tryLock(LockKey.of(1))).block(LIMIT))
                .isTrue();
        StepVerifier.create(operator.transactional(insert(1).transform(tx.never())))
                .expectError(IncompatibleTransactionException.class)
                .verify(LIMIT);
    }

    /** What it would be like without us: docs/traps.md tells of it. */
    @Test
    void springAloneCommitsWhatAPartThatWasRolledBackHasLeft() {
        Mono<Long> part = operator.transactional(insertBySpring(2).then(SpringBed.<Long>failure("part")));

        operator.transactional(insertBySpring(1).then(part.onErrorComplete())).block(LIMIT);

        assertThat(notes()).isEqualTo("1,2");
    }

    @Test
    void aTransactionManagerOnTheWrongFactoryIsAClearError() {
        ConnectionFactory shared = SpringTransactions.sharedBy(pool);
        TransactionalOperator wrong = TransactionalOperator.create(new R2dbcTransactionManager(shared));
        Mono<Integer> statement =
                Database.on(shared).sql("SELECT 1").as(Integer.class).one();

        assertThat(SpringTransactions.sharedBy(shared)).isSameAs(shared);
        StepVerifier.create(wrong.transactional(statement))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("sharedBy"))
                .verify(LIMIT);
    }

    @Test
    void aPoolThatIsTooSmallForATransactionBesideThatOfSpringIsAClearError() {
        Pool small = Pool.open(postgres.url(), PoolConfig.of(c -> c.size(1)));
        TransactionalOperator outer = TransactionalOperator.create(new R2dbcTransactionManager(small));
        Database shared = Database.on(SpringTransactions.sharedBy(small));
        Mono<Integer> beside = shared.sql("SELECT 1")
                .as(Integer.class)
                .one()
                .transform(Transactions.on(shared).requiresNew());

        StepVerifier.create(outer.transactional(beside))
                .expectError(NoConnectionLeftException.class)
                .verify(LIMIT);

        small.close().block(LIMIT);
    }
}
