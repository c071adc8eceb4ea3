package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.SqliteTest;
import io.headrace.test.TestSqlite;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** The test bed gives each test a database of its own. */
@SqliteTest
@Timeout(60)
class ThrowAwayDatabaseTest {

    @RepeatedTest(2)
    void everyTestFindsAnEmptyDatabase(TestSqlite sqlite) {
        SqliteConnection connection = Sql.open(sqlite.connectionFactory());
        assertThat(Sql.number(connection, "SELECT count(*) FROM sqlite_schema")).isZero();
        Sql.run(connection, "CREATE TABLE mine (n)");
        Sql.close(connection);
    }
}
