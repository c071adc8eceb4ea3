package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class ScriptConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends ScriptContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnH2 extends ScriptContract {
        OnH2() {
            super(H2Database.create());
        }
    }

    @Nested
    class OnMariadb extends ScriptContract {
        OnMariadb() {
            super(MariadbDatabase.create());
        }
    }

    @Nested
    class OnSqlite extends ScriptContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
