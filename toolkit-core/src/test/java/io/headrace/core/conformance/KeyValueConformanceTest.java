package io.headrace.core.conformance;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import org.junit.jupiter.api.Nested;

class KeyValueConformanceTest {

    @Nested
    @PostgresTest
    class OnPostgresql extends KeyValueContract {
        OnPostgresql(TestPostgres postgres) {
            super(new PostgresqlDatabase(postgres));
        }
    }

    @Nested
    class OnSqlite extends KeyValueContract {
        OnSqlite() {
            super(SqliteFile.create());
        }
    }
}
