package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** BlockHound sees what SQLite's native calls do to a thread that must not block, and lets ours do it on their own. */
@Timeout(60)
class BlockedThreadTest {

    @Test
    void aNativeCallOnAThreadThatMustNotBlockIsAnError() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT 1 UNION ALL SELECT 2")) {
            // The execution has stepped to the first row already.
            assertThat(row.next()).isTrue();
            Mono<Boolean> step = Mono.fromCallable(row::next).subscribeOn(Schedulers.parallel());

            assertThatThrownBy(() -> step.block(Sql.LIMIT))
                    .hasRootCauseInstanceOf(BlockingOperationError.class)
                    .rootCause()
                    .hasMessageContaining("step");
        }
    }

    @Test
    void ourOwnCallsComeFromWhereverTheyAreAskedFor() {
        SqliteConnectionFactory connections = SqliteConnectionFactory.inMemory();

        assertThat(Sql.with(connections, connection -> Sql.query(connection, "SELECT 1", Long.class)
                                .next())
                        .subscribeOn(Schedulers.parallel())
                        .block(Sql.LIMIT))
                .isOne();
        connections.close().block(Sql.LIMIT);
    }
}
