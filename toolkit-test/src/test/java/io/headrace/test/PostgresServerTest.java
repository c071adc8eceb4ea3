package io.headrace.test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    @Test
    void killedServerRefusesAndComesBackWithItsCommits() {
        try (PostgresServer server = PostgresServer.start()) {
            TestPostgres database = server.createDatabase("kill");
            database.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");

            server.kill();
            assertThatThrownBy(() -> database.queryLong("SELECT 1"))
                    .isInstanceOf(TestServerException.class)
                    .hasMessageContaining(":%d", server.port())
                    .hasMessageNotContaining("password");
            server.restart();

            assertThat(database.queryLong("SELECT id FROM kept")).isEqualTo(7);
            server.restart();
            assertThat(database.queryLong("SELECT id FROM kept")).isEqualTo(7);
        }
    }

    @Test
    void closedServerLeavesNoFolderAndNoProcess() {
        PostgresServer server = PostgresServer.start();
        String data = server.createDatabase("where").queryString("SHOW data_directory");
        Path folder = Path.of(requireNonNull(data)).getParent();
        assertThat(folder).isDirectory();
        server.close();
        server.close();

        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> server.createDatabase("late")).isInstanceOf(TestServerException.class);
        assertThatThrownBy(server::restart).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sharedServerIsOneAndCanNotBeKilledOrClosed() {
        PostgresServer server = PostgresServer.shared();
        server.close();

        assertThat(PostgresServer.shared()).isSameAs(server);
        assertThatThrownBy(server::kill)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PostgresServer.start()");
        TestPostgres database = server.createDatabase("Odd name: \"quoted\"; and far longer than a name may be");
        assertThat(database.database())
                .startsWith("headrace_odd_name_quoted_and_")
                .hasSizeLessThan(63);
        database.drop();
        database.drop();
    }
}
