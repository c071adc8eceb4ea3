package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.failure;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults of r2dbc-pool on r2dbc-postgresql without us, when old links are half open and new ones work. */
@PostgresTest
@Timeout(60)
@AllowDroppedErrors("what dead links report when the test cuts them")
class BareDeadLinkFaultsTest {

    private static final int SIZE = 2;
    private static final int TRIES = 3;
    private static final Duration ACQUIRE = Duration.ofMillis(400);
    private static final Duration ANSWER = Duration.ofMillis(800);

    private final TestPostgres postgres;
    private final FaultProxy proxy;

    BareDeadLinkFaultsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    /** A pool whose links have all become half open. */
    private BarePool pool(UnaryOperator<ConnectionPoolConfiguration.Builder> settings) {
        BarePool pool = BarePool.of(postgres.urlThrough(proxy), SIZE, settings);
        Ask.giveBack(Ask.lend(pool, SIZE));
        proxy.blackHoleExisting();
        return pool;
    }

    private void cut(BarePool pool) {
        proxy.reset();
        pool.close();
    }

    private void aNewLinkWorks() {
        Connection fresh =
                now(ConnectionFactories.get(postgres.urlThrough(proxy)).create());
        assertThat(now(one(fresh, "SELECT 1", Integer.class))).isOne();
        done(fresh.close());
    }

    @Test
    void localValidationLendsDeadLinksForEver() {
        BarePool pool = pool(c -> c.validationDepth(ValidationDepth.LOCAL));
        try {
            for (int i = 0; i < TRIES; i++) {
                assertThat(failure(one(pool, "SELECT 1", Integer.class).timeout(ANSWER)))
                        .as(Mended.hint("LOCAL validation takes a half-open socket for a good one"))
                        .isInstanceOf(TimeoutException.class);
            }
            aNewLinkWorks();
        } finally {
            cut(pool);
        }
    }

    @Test
    void remoteValidationTimesOutForEverAndTakesTwiceTheAcquireTime() {
        BarePool pool = pool(c -> c.maxAcquireTime(ACQUIRE).validationDepth(ValidationDepth.REMOTE));
        try {
            for (int i = 0; i < TRIES; i++) {
                long began = System.nanoTime();

                assertThat(failure(pool.create()))
                        .as(Mended.hint("REMOTE validation without a limit of its own never gets rid of a dead link"))
                        .isInstanceOf(R2dbcTimeoutException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as(Mended.hint("an acquire takes maxAcquireTime x (acquireRetry + 1)"))
                        .isGreaterThan(ACQUIRE.multipliedBy(7).dividedBy(4));
            }
            aNewLinkWorks();
        } finally {
            cut(pool);
        }
    }

    @Test
    void aLimitOnValidationAndEnoughRetriesRecover() {
        BarePool pool = pool(c -> c.maxAcquireTime(Ask.LATER)
                .maxValidationTime(Duration.ofMillis(300))
                .acquireRetry(SIZE + 1)
                .validationDepth(ValidationDepth.REMOTE));
        try {
            assertThat(now(one(pool, "SELECT 1", Integer.class))).isOne();
        } finally {
            cut(pool);
        }
    }
}
