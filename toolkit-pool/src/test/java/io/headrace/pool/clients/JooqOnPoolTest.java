package io.headrace.pool.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** jOOQ with its R2DBC publishers. */
@PostgresTest
@Timeout(120)
class JooqOnPoolTest extends ClientContract {

    JooqOnPoolTest(TestPostgres postgres) {
        super(postgres, JooqClient::on);
    }

    /** A cancel does not reach into jOOQ's transactions (3.19): it commits, and gives the connection back then. */
    @Test
    void aTransactionThatIsCancelledInTheMiddleRunsToItsEnd() throws SQLException {
        try (RowLock lock = RowLock.on(postgres, ROW)) {
            Disposable running = client.inTransaction(
                            inside -> inside.change(insert(1)).then(inside.number(LOCK_ROW)))
                    .subscribe();
            awaitWaiting();

            running.dispose();
        }

        PoolChecks.requireClean(pool, postgres);
        assertThat(postgres.queryLong(COUNT)).isOne();
    }
}
