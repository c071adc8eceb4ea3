package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Sql;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults of r2dbc-pool on r2dbc-postgresql without us, around a BEGIN that is cancelled. {@link TransactionsOnPoolTest} is the other half. */
@PostgresTest
@Timeout(60)
class BareTransactionFaultsTest {

    private final TestPostgres postgres;
    private final FaultProxy proxy;

    BareTransactionFaultsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private BarePool pool(UnaryOperator<ConnectionPoolConfiguration.Builder> settings) {
        return BarePool.of(postgres.urlThrough(proxy), 1, settings);
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionWhoseBeginWasCancelledIsHandedToTheNextBorrower(CancelledBegin cancelled) {
        String fault =
                Mended.hint("a connection whose BEGIN was cancelled in flight goes back with the transaction open");
        try (BarePool pool = pool(UnaryOperator.identity())) {
            cancelled.borrow(pool, proxy);

            assertThat(pool.numbers()).as(fault).isEqualTo("idle=1 acquired=0");
            Eventually.becomes(
                    fault,
                    () -> postgres.backends().stream()
                            .map(PostgresBackend::state)
                            .toList(),
                    List.of("idle in transaction")::equals);
            assertThat(CancelledBegin.isolationOfTheNext(pool)).as(fault).isEqualTo("read committed");
        }
    }

    @Test
    void theRollbackThatTheDocumentationAdvisesSkipsItselfAndCleansNothing() {
        try (BarePool pool = pool(c -> c.preRelease(Connection::rollbackTransaction))) {
            CancelledBegin.BY_HAND.borrow(pool, proxy);

            assertThat(CancelledBegin.isolationOfTheNext(pool))
                    .as(Mended.hint("rollbackTransaction() does nothing while the answer to BEGIN is under way"))
                    .isEqualTo("read committed");
        }
    }

    @Test
    void aRollbackInSqlQueuesBehindTheBeginAndCleans() {
        try (BarePool pool = pool(c -> c.preRelease(connection -> Sql.run(connection, "ROLLBACK")))) {
            CancelledBegin.BY_HAND.borrow(pool, proxy);

            assertThat(CancelledBegin.isolationOfTheNext(pool)).isEqualTo("serializable");
        }
    }

    @Test
    void discardAllIsAnErrorInTheOpenTransactionAndCostsTheConnection() {
        try (BarePool pool = pool(c -> c.preRelease(connection -> Sql.run(connection, "DISCARD ALL")))) {
            Integer before = now(one(pool, "SELECT pg_backend_pid()", Integer.class));
            assertThat(now(one(pool, "SELECT pg_backend_pid()", Integer.class))).isEqualTo(before);

            CancelledBegin.BY_HAND.borrow(pool, proxy);

            assertThat(now(one(pool, "SELECT pg_backend_pid()", Integer.class)))
                    .as(Mended.hint("DISCARD ALL fails inside the transaction that was left open"))
                    .isNotEqualTo(before);
        }
    }
}
