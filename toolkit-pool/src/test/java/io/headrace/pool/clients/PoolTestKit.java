package io.headrace.pool.clients;

import io.headrace.pool.Pool;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.AfterAll;

/** The same asked of a pool, after each test of which nothing is lent. */
abstract class PoolTestKit extends PostgresTestKit {

    private final Pool pool;

    PoolTestKit(TestPostgres postgres, Pool pool) {
        super(postgres, pool);
        this.pool = pool;
        postgres.detectLeaks(() -> PoolChecks.lent(pool));
    }

    @AfterAll
    void closePool() {
        PoolChecks.close(pool);
    }
}
