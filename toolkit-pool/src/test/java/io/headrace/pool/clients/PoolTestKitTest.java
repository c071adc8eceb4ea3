package io.headrace.pool.clients;

import io.headrace.pool.Loans;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Timeout;

/** A pool of one connection, which every test finds as the one before has left it. */
@PostgresTest
@Timeout(120)
class PoolTestKitTest extends PoolTestKit {

    PoolTestKitTest(TestPostgres postgres) {
        super(postgres, Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c)
                .size(1))));
    }
}
