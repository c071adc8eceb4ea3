package io.headrace.pool.clients;

import io.headrace.pool.Loans;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Timeout;

/** A pool on a connection factory as it is, without what the pool sets for PostgreSQL. */
@PostgresTest
@Timeout(120)
class PoolOnDriverTestKitTest extends PoolTestKit {

    PoolOnDriverTestKitTest(TestPostgres postgres) {
        super(postgres, Pool.on(postgres.untrackedConnectionFactory(), PoolConfig.of(c -> Loans.patient(c)
                .size(1))));
    }
}
