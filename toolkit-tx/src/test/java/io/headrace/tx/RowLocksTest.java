package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.dialect.RowLock;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rows that a transaction has locked by a SELECT. */
@PostgresTest
class RowLocksTest {

    private static final int JOBS = 200;
    private static final int WORKERS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    RowLocksTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createJobs() {
        postgres.execute("DROP TABLE IF EXISTS jobs;"
                + "CREATE TABLE jobs (id int4 PRIMARY KEY, takes int4 NOT NULL DEFAULT 0, done bool NOT NULL DEFAULT false);"
                + "INSERT INTO jobs (id) SELECT generate_series(1, " + JOBS + ")");
    }

    /** The next job that nobody works at, done in one transaction; every tenth attempt fails behind the taking. */
    private static Mono<Integer> work(Database db, Transactions tx, int attempt) {
        Mono<Integer> job = db.sql("SELECT id FROM jobs WHERE NOT done ORDER BY id LIMIT 1")
                .locking(RowLock.forUpdate().skipLocked())
                .as(Integer.class)
                .optional();
        return tx.run(job.flatMap(id -> db.sql("UPDATE jobs SET takes = takes + 1, done = true WHERE id = :id")
                .bind("id", id)
                .update()
                .then(attempt % 10 == 0 ? Mono.error(new IllegalStateException("unlucky")) : Mono.just(id))));
    }

    @Test
    void workersOfAQueueTakeEachRowOnce() {
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(c -> c.size(WORKERS)));
        Database pooled = Database.on(pool);
        Transactions transactions = Transactions.on(pooled);

        List<Integer> done = Flux.range(1, JOBS * 2)
                .flatMap(attempt -> work(pooled, transactions, attempt).onErrorComplete(), WORKERS)
                .collectList()
                .block(LIMIT);

        pool.close().block(LIMIT);
        assertThat(done).doesNotHaveDuplicates().hasSize(JOBS);
        assertThat(postgres.queryLong("SELECT count(*) FROM jobs WHERE done AND takes = 1"))
                .isEqualTo(JOBS);
    }

    private Mono<Integer> first(RowLock lock) {
        return db.sql("SELECT id FROM jobs WHERE id = 1")
                .locking(lock)
                .as(Integer.class)
                .one();
    }

    @Test
    void aRowIsFreeWhenTheSavepointThatLockedItIsRolledBack() {
        Mono<Integer> elsewhere = Mono.fromSupplier(
                        () -> tx.run(first(RowLock.forUpdate().noWait())).block(LIMIT))
                .subscribeOn(Schedulers.boundedElastic());
        Mono<Integer> body = first(RowLock.forUpdate())
                .then(Mono.<Integer>error(new IllegalStateException("part")))
                .transform(tx.nested())
                .onErrorComplete()
                .then(elsewhere);

        assertThat(tx.run(body).block(LIMIT)).isEqualTo(1);
    }

    @Test
    void theLockTimeoutOfATransactionEndsTheWaitForARow() {
        Mono<Integer> impatient = first(RowLock.forUpdate())
                .transform(tx.with(o -> o.lockTimeout(Duration.ofMillis(50))).required());
        Mono<Integer> elsewhere =
                Mono.fromSupplier(() -> impatient.block(LIMIT)).subscribeOn(Schedulers.boundedElastic());

        StepVerifier.create(tx.run(first(RowLock.forUpdate()).then(elsewhere)))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.LOCK_TIMEOUT))
                .verify(LIMIT);
    }

    @Test
    void whoIsCancelledWhileWaitingForARowLeavesNothingBehind() {
        Sinks.Empty<Void> end = Sinks.empty();
        Disposable holder =
                tx.run(first(RowLock.forUpdate()).then(end.asMono())).subscribe();
        Conditions.await(() -> postgres.openTransactions().size() == 1);
        Disposable waiter = tx.run(first(RowLock.forShare())).subscribe();
        Conditions.await(() -> postgres.queryLong("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

        waiter.dispose();

        Conditions.await(() -> postgres.openTransactions().size() == 1
                && postgres.queryLong("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0);
        end.tryEmitEmpty();
        Conditions.await(holder::isDisposed);
        assertThat(tx.run(first(RowLock.forUpdate().noWait())).block(LIMIT)).isEqualTo(1);
    }
}
