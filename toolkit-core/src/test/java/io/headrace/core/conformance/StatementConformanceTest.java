package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class StatementConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends StatementContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends StatementContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends StatementContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends StatementContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
