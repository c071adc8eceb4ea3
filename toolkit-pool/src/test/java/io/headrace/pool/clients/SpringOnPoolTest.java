package io.headrace.pool.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** Spring's {@code DatabaseClient} and {@code R2dbcTransactionManager}. */
@PostgresTest
@Timeout(120)
class SpringOnPoolTest extends ClientContract {

    SpringOnPoolTest(TestPostgres postgres) {
        super(postgres, SpringClient::on);
    }

    @Test
    void aTransactionThatIsCancelledInTheMiddleIsRolledBack() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            Disposable running = client.inTransaction(
                            inside -> inside.change(insert(1)).then(inside.number(LOCK_ROW)))
                    .subscribe();
            awaitWaiting();

            running.dispose();
        }

        PoolChecks.requireClean(pool, postgres);
        assertThat(postgres.queryLong(COUNT)).isZero();
    }

    /** The row stays locked: what ends the statement is the pool. */
    @Test
    void aStatementOfATransactionThatIsCancelledIsStoppedOnTheServer() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            Disposable running = client.inTransaction(
                            inside -> inside.change(insert(1)).then(inside.number(LOCK_ROW)))
                    .subscribe();
            awaitWaiting();

            running.dispose();

            PoolChecks.requireClean(pool, postgres);
            assertThat(postgres.queryLong(COUNT)).isZero();
        }
    }
}
