package io.headrace.pool.clients;

import static io.headrace.pool.clients.PoolChecks.SOON;

import io.headrace.pool.Loans;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.pool.PoolConfigBuilder;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/**
 * Spring (7.0) releases a connection when its transaction ends, and when its BEGIN fails, but not when its BEGIN is
 * cancelled: nobody has the connection then, and only a pool can take it back.
 */
@PostgresTest
@Timeout(120)
class SpringLeakTest {

    private final TestPostgres postgres;

    SpringLeakTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void aConnectionWhoseBeginIsCancelledIsNeverGivenBack() {
        Pool pool = afterACancelledBegin(c -> c);

        StepVerifier.create(pool.create().timeout(Duration.ofSeconds(1)))
                .expectError(TimeoutException.class)
                .verify(SOON);

        PoolChecks.close(pool);
    }

    @Test
    void aPoolThatReclaimsLeaksTakesItBack() {
        Pool pool = afterACancelledBegin(c -> c.reclaimLeaksAfter(Duration.ofSeconds(2)));

        StepVerifier.create(SpringClient.on(pool).number("SELECT 42"))
                .expectNext(42L)
                .expectComplete()
                .verify(SOON);

        PoolChecks.requireClean(pool, postgres);
        PoolChecks.close(pool);
    }

    /** A pool of one connection, which nobody gave back. */
    private Pool afterACancelledBegin(UnaryOperator<PoolConfigBuilder> settings) {
        Pool pool = Pool.open(
                postgres.url(),
                PoolConfig.of(c -> settings.apply(Loans.patient(c).size(1).closeTimeout(Duration.ofMillis(100)))));
        UnansweredBegin connections = new UnansweredBegin(pool);
        Disposable transaction = SpringClient.on(connections)
                .inTransaction(inside -> inside.number("SELECT 42"))
                .subscribe();
        StepVerifier.create(connections.begun()).expectComplete().verify(SOON);
        transaction.dispose();
        return pool;
    }
}
