package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class SavepointConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends SavepointContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends SavepointContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends SavepointContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends SavepointContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
