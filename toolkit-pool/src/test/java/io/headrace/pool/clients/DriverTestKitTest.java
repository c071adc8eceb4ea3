package io.headrace.pool.clients;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Timeout;

/** The bare driver, to compare with. */
@PostgresTest
@Timeout(120)
class DriverTestKitTest extends PostgresTestKit {

    DriverTestKitTest(TestPostgres postgres) {
        super(postgres, postgres.untrackedConnectionFactory());
    }
}
