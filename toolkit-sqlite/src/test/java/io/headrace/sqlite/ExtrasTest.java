package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What SQLite has beyond R2DBC. */
@Timeout(120)
class ExtrasTest {

    private static final String INSERT = "INSERT INTO items VALUES (?, ?)";

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
    }

    @AfterEach
    void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    private static Flux<Object[]> rows(int count) {
        return Flux.range(1, count).map(i -> new Object[] {i, "name " + i});
    }

    private long count() {
        return Sql.number(connection, "SELECT count(*) FROM items");
    }

    @Test
    void aBulkWritesEveryRowAndAsksForAFewAtATime() {
        AtomicLong largest = new AtomicLong();
        AtomicLong outstanding = new AtomicLong();
        long written = connection
                .bulk(
                        INSERT,
                        rows(5_000)
                                .publishOn(Schedulers.parallel())
                                .doOnRequest(n -> largest.accumulateAndGet(outstanding.addAndGet(n), Math::max))
                                .doOnNext(row -> outstanding.decrementAndGet()))
                .block(Sql.LIMIT);

        assertThat(written).isEqualTo(5_000);
        assertThat(count()).isEqualTo(5_000);
        assertThat(largest.get()).isLessThanOrEqualTo(512);
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void aBulkThatFailsLeavesNothing() {
        assertThatThrownBy(() ->
                        connection.bulk(INSERT, rows(1_000).concatWith(rows(1))).block(Sql.LIMIT))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(count()).isZero();
        assertThatThrownBy(() -> connection
                        .bulk(INSERT, rows(1_000).concatWith(Flux.error(new IllegalStateException("mine"))))
                        .block(Sql.LIMIT))
                .hasMessage("mine");
        assertThatThrownBy(() -> connection
                        .bulk(INSERT, rows(300).concatWithValues(new Object[][] {{1}}))
                        .block(Sql.LIMIT))
                .hasMessageContaining("1 values, the statement has 2 parameters");
        assertThat(count()).isZero();
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void aBulkThatIsCancelledLeavesNothing() {
        Disposable bulk =
                connection.bulk(INSERT, rows(1_000).concatWith(Flux.never())).subscribe();
        Mono.delay(Duration.ofMillis(100)).block(Sql.LIMIT);
        bulk.dispose();
        assertThat(count()).isZero();
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void aBulkInATransactionIsASavepointOfIt() {
        connection.beginTransaction().block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO items VALUES (0, 'mine')");
        assertThatThrownBy(() ->
                        connection.bulk(INSERT, rows(500).concatWith(rows(1))).block(Sql.LIMIT))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(connection.bulk(INSERT, rows(10)).block(Sql.LIMIT)).isEqualTo(10);
        connection.commitTransaction().block(Sql.LIMIT);
        assertThat(count()).isEqualTo(11);
    }

    @Test
    void aBackupIsTheStateOfItsBeginningThoughOthersWrite() {
        connection.bulk(INSERT, rows(50_000)).block(Sql.LIMIT);
        Path target = TestFiles.newFile();
        SqliteConnection writer = Sql.open(connections);
        Disposable writing = Sql.update(writer, "INSERT INTO items (name) VALUES ('meanwhile')")
                .repeat()
                .subscribe();

        List<SqliteBackupProgress> progress =
                connection.backup(target).collectList().block(Sql.LIMIT);
        writing.dispose();
        Sql.close(writer);

        assertThat(progress.get(progress.size() - 1).isComplete()).isTrue();
        SqliteConnectionFactory copies = SqliteConnectionFactory.from(target);
        SqliteConnection copy = Sql.open(copies);
        assertThat(Sql.number(copy, "SELECT count(*) FROM items WHERE name <> 'meanwhile'"))
                .isEqualTo(50_000);
        assertThat(copy.integrityCheck().collectList().block(Sql.LIMIT)).isEmpty();
        Sql.close(copy);
        assertThatThrownBy(() -> connection.backup(target).blockLast(Sql.LIMIT))
                .hasMessageContaining("would overwrite");
        assertThatThrownBy(() -> connection
                        .backup(TestFiles.newFolder().resolve("no/copy.db"))
                        .blockLast(Sql.LIMIT))
                .hasMessageContaining("folder");
    }

    @Test
    void aDatabaseInMemoryIsSavedByABackup() {
        SqliteConnectionFactory memory = SqliteConnectionFactory.inMemory();
        SqliteConnection source = Sql.open(memory);
        Sql.run(source, "CREATE TABLE t AS SELECT 5 AS n");
        Path target = TestFiles.newFile();
        source.backup(target).blockLast(Sql.LIMIT);
        Sql.close(source);
        memory.close().block(Sql.LIMIT);
        assertThat(Files.exists(target)).isTrue();
        SqliteConnection copy = Sql.open(SqliteConnectionFactory.from(target));
        assertThat(Sql.number(copy, "SELECT n FROM t")).isEqualTo(5);
        Sql.close(copy);
    }

    @Test
    void aCheckpointMovesTheLog() {
        connection.bulk(INSERT, rows(1_000)).block(Sql.LIMIT);
        SqliteCheckpoint done =
                connection.checkpoint(SqliteCheckpoint.Mode.TRUNCATE).block(Sql.LIMIT);
        assertThat(done.complete()).isTrue();
        assertThat(done.logPages()).isZero();
        SqliteConnectionFactory memory = SqliteConnectionFactory.inMemory();
        SqliteConnection other = Sql.open(memory);
        assertThat(other.checkpoint(SqliteCheckpoint.Mode.PASSIVE)
                        .block(Sql.LIMIT)
                        .logPages())
                .isEqualTo(-1);
        Sql.close(other);
        memory.close().block(Sql.LIMIT);
    }

    @Test
    void changedRowsAreToldOnceTheyAreCommitted() {
        StepVerifier.create(connection.updates())
                .then(() -> {
                    Sql.run(connection, "INSERT INTO items VALUES (1, 'a')", "UPDATE items SET name = 'b'");
                    Sql.run(connection, "BEGIN", "INSERT INTO items VALUES (2, 'lost')", "ROLLBACK");
                    connection.beginTransaction().block(Sql.LIMIT);
                    Sql.run(connection, "DELETE FROM items WHERE id = 1");
                })
                .expectNext(new SqliteUpdate(SqliteUpdate.Operation.INSERT, "items", 1))
                .expectNext(new SqliteUpdate(SqliteUpdate.Operation.UPDATE, "items", 1))
                .expectNoEvent(Duration.ofMillis(100))
                .then(() -> connection.commitTransaction().block(Sql.LIMIT))
                .expectNext(new SqliteUpdate(SqliteUpdate.Operation.DELETE, "items", 1))
                .thenCancel()
                .verify(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO items VALUES (3, 'nobody listens')");
    }

    @Test
    void tooManyChangesEndTheUpdatesWithAnError() {
        StepVerifier.create(connection.updates())
                .then(() -> connection.bulk(INSERT, rows(10_001)).block(Sql.LIMIT))
                .expectErrorMatches(error -> error.getMessage().contains("10,000 rows"))
                .verify(Sql.LIMIT);
        assertThat(count()).isEqualTo(10_001);
    }
}
