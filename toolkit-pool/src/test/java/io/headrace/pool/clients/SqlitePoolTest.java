package io.headrace.pool.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.pool.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A pool on SQLite has one writer, however many connections it lends, and closes the file with itself. */
@Timeout(120)
class SqlitePoolTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void writersOfAPoolAreServedInTurn(@TempDir Path folder) {
        Path file = folder.resolve("pooled.db");
        Pool pool = Pool.open("r2dbc:sqlite:file:///" + file);
        Database db = Database.on(pool);
        db.sql("CREATE TABLE counters (n INTEGER)").run().block(LIMIT);
        db.sql("INSERT INTO counters VALUES (0)").run().block(LIMIT);
        Mono<Long> increment = TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .mono(session -> db.sql("SELECT n FROM counters")
                        .as(Long.class)
                        .one()
                        .flatMap(n -> db.sql("UPDATE counters SET n = :n")
                                .bind("n", n + 1)
                                .update()));

        Flux.range(0, 200).flatMap(i -> increment, 10).blockLast(LIMIT);

        assertThat(db.sql("SELECT n FROM counters").as(Long.class).one().block(LIMIT))
                .isEqualTo(200);
        pool.close().block(LIMIT);
        assertThat(Files.exists(folder.resolve("pooled.db"))).isTrue();
        assertThat(Files.exists(folder.resolve("pooled.db-wal"))).isFalse();
    }
}
