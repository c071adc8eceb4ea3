package io.headrace.pool.clients;

import static io.headrace.pool.clients.PoolChecks.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Loans;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.FaultProxy;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/**
 * What a client that knows nothing of our pool may do on it, and what may happen to it meanwhile. After each test every
 * connection of the pool is as good as new.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ClientContract {

    static final String ROW = "SELECT id FROM account WHERE id = 0";
    static final String LOCK_ROW = ROW + " FOR UPDATE";
    static final String COUNT = "SELECT count(*) FROM account WHERE id > 0";

    private static final int CONNECTIONS = 3;
    private static final Duration ONE_WAY = Duration.ofMillis(2);
    private static final int CANCELS = 100;

    private static final int CALLERS = 2 * CONNECTIONS;

    /** By then a transaction of two statements was usually quicker. */
    private static final int LONGEST_MICROS = 20_000;

    final TestPostgres postgres;
    final FaultProxy proxy;
    final Pool pool;
    final SqlClient client;

    ClientContract(TestPostgres postgres, Function<ConnectionFactory, SqlClient> client) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
        this.pool = Pool.open(
                postgres.urlThrough(proxy), PoolConfig.of(c -> Loans.patient(c).size(CONNECTIONS)));
        this.client = client.apply(pool);
        postgres.execute("CREATE TABLE account (id int PRIMARY KEY)");
        postgres.detectLeaks(() -> PoolChecks.lent(pool));
    }

    static String insert(int id) {
        return "INSERT INTO account VALUES (" + id + ")";
    }

    @BeforeEach
    void onlyTheRowThatIsLocked() {
        postgres.execute("TRUNCATE account; INSERT INTO account VALUES (0)");
    }

    @AfterEach
    void everyConnectionIsAsGoodAsNew() {
        proxy.forward();
        PoolChecks.requireClean(pool, postgres);
    }

    @AfterAll
    void close() {
        PoolChecks.close(pool);
        proxy.close();
    }

    @Test
    void whatIsWrittenIsRead() {
        StepVerifier.create(client.change(insert(1)).then(client.number(COUNT)))
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aTransactionIsCommitted() {
        StepVerifier.create(client.inTransaction(inside ->
                        inside.change(insert(1)).then(inside.change(insert(2))).then(inside.number(COUNT))))
                .expectNext(2L)
                .expectComplete()
                .verify(SOON);

        assertThat(postgres.queryLong(COUNT)).isEqualTo(2);
    }

    @Test
    void anErrorOfTheProgramRollsTheTransactionBack() {
        StepVerifier.create(client.inTransaction(inside ->
                        inside.change(insert(1)).then(Mono.error(new IllegalStateException("of the program")))))
                .expectErrorMessage("of the program")
                .verify(SOON);

        assertThat(postgres.queryLong(COUNT)).isZero();
    }

    @Test
    void anErrorOfTheServerRollsTheTransactionBack() {
        StepVerifier.create(client.inTransaction(inside ->
                        inside.change(insert(1)).then(inside.change(insert(1))).then(inside.number(COUNT))))
                .expectError()
                .verify(SOON);

        assertThat(postgres.queryLong(COUNT)).isZero();
    }

    @Test
    void moreTransactionsThanConnectionsWaitForEachOther() {
        StepVerifier.create(Flux.range(1, 50)
                        .flatMap(
                                id -> client.inTransaction(
                                        inside -> inside.change(insert(id)).then(inside.number("SELECT " + id))),
                                50)
                        .then(client.number(COUNT)))
                .expectNext(50L)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void rowsThatNobodyWantsAnyMoreDisturbNobody() {
        Flux<Long> cut =
                client.numbers("SELECT n FROM generate_series(1, 3000) AS n").take(10);

        StepVerifier.create(cut.concatWith(client.number("SELECT 42")))
                .expectNextCount(10)
                .expectNext(42L)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aStatementThatIsCancelledInTheMiddleDisturbsNobody() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            Disposable waiting = client.number(LOCK_ROW).subscribe();
            awaitWaiting();

            waiting.dispose();
        }
    }

    /** The row stays locked: what ends the statement is the pool. */
    @Test
    void aStatementThatIsCancelledIsStoppedOnTheServer() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            Disposable waiting = client.number(LOCK_ROW).subscribe();
            awaitWaiting();

            waiting.dispose();

            PoolChecks.requireClean(pool, postgres);
        }
    }

    @Test
    void aTimeoutInTheMiddleOfAStatementDisturbsNobody() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            StepVerifier.create(client.number(LOCK_ROW).timeout(Duration.ofMillis(300)))
                    .expectError(TimeoutException.class)
                    .verify(SOON);
        }
    }

    @Test
    void idleSessionsThatTheServerEndsAreReplaced() {
        PoolChecks.requireClean(pool, postgres);
        assertThat(postgres.terminateBackends()).isEqualTo(CONNECTIONS);

        // until a connection was idle for longer than half a second it is not asked whether it works
        StepVerifier.create(client.number("SELECT 42").retry(CONNECTIONS))
                .expectNext(42L)
                .expectComplete()
                .verify(SOON);
        PoolChecks.findOut(pool);
    }

    @Test
    void aSessionThatEndsInTheMiddleOfAStatementIsAnErrorAndReplaced() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            StepVerifier.create(client.number(LOCK_ROW))
                    .then(this::awaitWaiting)
                    .then(postgres::terminateBackends)
                    .expectError()
                    .verify(SOON);
        }
        PoolChecks.findOut(pool);
    }

    @Test
    void aSessionThatEndsInTheMiddleOfATransactionIsAnErrorAndKeepsNothing() {
        StepVerifier.create(client.inTransaction(inside -> inside.change(insert(1))
                        .then(Mono.fromRunnable(postgres::terminateBackends).subscribeOn(Schedulers.boundedElastic()))
                        .then(inside.number(COUNT))))
                .expectError()
                .verify(SOON);

        PoolChecks.findOut(pool);
        assertThat(postgres.queryLong(COUNT)).isZero();
    }

    @Test
    void transactionsThatAreCancelledAnywhereLoseNothingThatWasCommitted() {
        PoolChecks.requireClean(pool, postgres);
        proxy.delay(ONE_WAY);
        Random random = new Random(4);
        Queue<Long> committed = new ConcurrentLinkedQueue<>();

        StepVerifier.create(Flux.range(1, CANCELS)
                        .flatMap(
                                id -> cancelled(id, random.nextInt(LONGEST_MICROS))
                                        .doOnNext(committed::add),
                                CALLERS)
                        .then())
                .expectComplete()
                .verify(SOON.multipliedBy(2));

        proxy.forward();
        PoolChecks.requireClean(pool, postgres);
        StepVerifier.create(
                        client.numbers("SELECT id FROM account WHERE id > 0").collectList())
                .assertNext(kept -> assertThat(kept).containsAll(committed))
                .expectComplete()
                .verify(SOON);
    }

    /** A transaction whose caller goes away so long after its BEGIN; a value says that it was quicker. */
    private Mono<Long> cancelled(int id, int micros) {
        Sinks.Empty<Void> begun = Sinks.empty();
        return client.inTransaction(inside -> {
                    begun.tryEmitEmpty().orThrow();
                    return inside.change(insert(id)).then(inside.number("SELECT " + id));
                })
                .takeUntilOther(begun.asMono().then(Mono.delay(Duration.ofNanos(1_000L * micros))));
    }

    void awaitWaiting() {
        PoolChecks.await("a statement waits for the row", () -> postgres.backends().stream()
                .anyMatch(session ->
                        session.state().equals("active") && session.query().contains("FOR UPDATE")));
    }
}
