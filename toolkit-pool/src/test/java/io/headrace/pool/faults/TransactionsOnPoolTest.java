package io.headrace.pool.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link BareTransactionFaultsTest} does to the bare libraries, done to a {@link Pool}. */
@PostgresTest
@Timeout(60)
class TransactionsOnPoolTest {

    @ParameterizedTest
    @EnumSource
    void aTransactionWhoseBeginWasCancelledEndsBeforeTheNextLoan(CancelledBegin cancelled, TestPostgres postgres) {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            cancelled.borrow(line.pool, line.proxy);

            assertThat(CancelledBegin.isolationOfTheNext(line.pool)).isEqualTo("serializable");

            line.recovers();
        }
    }
}
