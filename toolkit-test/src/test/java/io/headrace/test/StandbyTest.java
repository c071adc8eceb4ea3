package io.headrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StandbyTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aStandbyFollowsItsServerRefusesWritesAndCanBePromoted() {
        try (PostgresServer primary = PostgresServer.start()) {
            TestPostgres database = primary.createDatabase("standby");
            database.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
            try (PostgresServer standby = primary.standby()) {
                TestPostgres copy = database.on(standby);
                assertThat(copy.queryString("SELECT pg_is_in_recovery()")).isEqualTo("t");
                assertThat(copy.queryLong("SELECT count(*) FROM kept")).isEqualTo(1);
                assertThatThrownBy(() -> copy.execute("INSERT INTO kept VALUES (0)"))
                        .hasMessageContaining("25006");

                database.execute("INSERT INTO kept VALUES (2)");
                awaitRows(copy, 2);

                standby.kill();
                database.execute("INSERT INTO kept VALUES (3)");
                standby.restart();
                awaitRows(copy, 3);

                primary.restart();
                database.execute("INSERT INTO kept VALUES (4)");
                awaitRows(copy, 4);

                copy.execute("SELECT pg_promote()");
                copy.execute("INSERT INTO kept VALUES (5)");
                assertThat(database.queryLong("SELECT count(*) FROM kept")).isEqualTo(4);
            }
        }
    }

    @Test
    void theSharedServerGetsNoStandby() {
        assertThatThrownBy(PostgresServer.shared()::standby)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PostgresServer.start()");
    }

    private static void awaitRows(TestPostgres database, long expected) {
        assertThat(Waiting.until(() -> database.queryLong("SELECT count(*) FROM kept") == expected, LIMIT))
                .as("%d rows on the standby", expected)
                .isTrue();
    }
}
