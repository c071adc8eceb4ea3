package io.headrace.pool;

import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a network does to a pool: each fault first shown on r2dbc-pool alone, where it is a matter of correctness. */
@PostgresTest
@Timeout(60)
class PostgresqlFaultTest {

    private static final Duration ONE_WAY = Duration.ofMillis(20);
    private static final Duration LATER = Duration.ofSeconds(10);

    private final TestPostgres postgres;
    private final FaultProxy proxy;

    PostgresqlFaultTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
    }

    @BeforeEach
    void startQuietly() {
        proxy.forward();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void r2dbcPoolAloneLendsAConnectionInsideTheTransactionOfSomebodyElse() {
        ConnectionPool pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(ConnectionFactories.get(postgres.urlThrough(proxy)))
                        .initialSize(0)
                        .maxSize(1)
                        .build());

        assertThat(isolationAfterACancelledBegin(pool)).isEqualTo("read committed");

        StepVerifier.create(pool.disposeLater()).expectComplete().verify(LATER);
    }

    @Test
    void aBeginThatIsCancelledInFlightEndsBeforeTheNextLoan() {
        Pool pool = Pool.open(
                postgres.urlThrough(proxy), PoolConfig.of(c -> Loans.patient(c).size(1)));

        assertThat(isolationAfterACancelledBegin(pool)).isEqualTo("serializable");

        assertThat(pool.snapshot().size()).isOne();
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
    }

    @Test
    void theSameHoldsForABeginInSql() {
        Pool pool = Pool.open(
                postgres.urlThrough(proxy), PoolConfig.of(c -> Loans.patient(c).size(1)));
        Connection first = take(pool);
        proxy.delay(ONE_WAY);
        Sql.run(first, "begin isolation level repeatable read").subscribe().dispose();
        giveBack(first);

        assertThat(postgres.openTransactions()).isEmpty();
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
    }

    @Test
    void aCleanLoanCostsNoRoundTripOfItsOwn() {
        Pool pool = Pool.open(
                postgres.urlThrough(proxy), PoolConfig.of(c -> Loans.patient(c).size(1)));
        giveBack(take(pool));
        long before = proxy.roundTrips();

        for (int i = 0; i < 10; i++) {
            now(Sql.one(pool, "SELECT 1", Integer.class));
        }

        assertThat(proxy.roundTrips() - before).isEqualTo(10);
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
    }

    @Test
    void halfOpenConnectionsAreReplacedWithinOneAcquire() {
        Pool pool = Pool.open(postgres.urlThrough(proxy), PoolConfig.of(c -> Loans.patient(c)
                .size(4)
                .validateAfterIdle(Duration.ZERO)
                .closeTimeout(Duration.ofSeconds(1))));
        List<Connection> all =
                now(Flux.range(0, 4).flatMap(i -> pool.create(), 4).collectList());
        all.forEach(Loans::giveBack);
        proxy.blackHoleExisting();

        assertThat(now(Sql.one(pool, "SELECT 42", Integer.class))).isEqualTo(42);

        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
        proxy.reset();
    }

    private String isolationAfterACancelledBegin(ConnectionFactory pool) {
        Connection first = now(pool.create());
        proxy.delay(ONE_WAY);
        Mono.from(first.beginTransaction()).subscribe().dispose();
        giveBack(first);

        Connection second = now(pool.create());
        // by the end of any statement the driver has seen the late answer to the first BEGIN, and skips the next one
        now(Sql.one(second, "SELECT 1", Integer.class));
        StepVerifier.create(second.beginTransaction(IsolationLevel.SERIALIZABLE))
                .expectComplete()
                .verify(LATER);
        String isolation = now(Sql.one(second, "SHOW transaction_isolation", String.class));
        StepVerifier.create(second.rollbackTransaction()).expectComplete().verify(LATER);
        giveBack(second);
        return isolation;
    }
}
