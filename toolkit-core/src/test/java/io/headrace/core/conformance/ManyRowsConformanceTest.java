package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class ManyRowsConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends ManyRowsContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends ManyRowsContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends ManyRowsContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends ManyRowsContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
