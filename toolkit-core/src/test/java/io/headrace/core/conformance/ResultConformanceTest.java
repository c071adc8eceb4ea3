package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class ResultConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends ResultContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends ResultContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends ResultContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends ResultContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
