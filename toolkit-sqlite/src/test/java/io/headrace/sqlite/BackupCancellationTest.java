package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A cancelled backup stops, leaves no file and lets others write. */
@Timeout(120)
class BackupCancellationTest {

    /** A mebibyte each. */
    private static final int STEPS = 40;

    private final Path source = TestFiles.newFile();
    private final SqliteConnectionFactory connections = SqliteConnectionFactory.from(source);
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
        Sql.run(
                connection,
                "CREATE TABLE big (b BLOB)",
                "INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + STEPS
                        + ") SELECT zeroblob(1048576) FROM n",
                "CREATE TABLE small (n)");
    }

    @AfterEach
    void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    /** The steps that a copy takes which is unwanted after two. */
    private AtomicInteger stepsOf(NativeConnection reader, Path target) {
        AtomicInteger asked = new AtomicInteger();
        int result = new BackupCopy(reader, () -> asked.incrementAndGet() > 2, (remaining, total) -> {}).run(target);
        assertThat(result).isNotZero();
        return asked;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnwantedCopyStopsAfterTheStepUnderWay(boolean queryOnly) {
        NativeConnection reader =
                NativeConnection.open(new DatabaseFile(connections.config()).uri(), SqliteConfig.OpenMode.CREATE);
        reader.execute("PRAGMA query_only=" + queryOnly);

        assertThat(stepsOf(reader, TestFiles.newFile()).get()).isEqualTo(3);

        Sql.run(connection, "INSERT INTO small VALUES (1)");
        reader.close();
    }

    @Test
    void anUnwantedCopyWaitsForTheWriterStepByStep() {
        NativeConnection reader =
                NativeConnection.open(new DatabaseFile(connections.config()).uri(), SqliteConfig.OpenMode.CREATE);
        connection.beginTransaction().block(Sql.LIMIT);
        Path target = TestFiles.newFile();
        AtomicInteger asked = new AtomicInteger();
        int result = new BackupCopy(
                        reader,
                        () -> {
                            if (asked.incrementAndGet() == 10) {
                                connection.rollbackTransaction().block(Sql.LIMIT);
                            }
                            return asked.get() > 2;
                        },
                        (remaining, total) -> {})
                .run(target);

        assertThat(result).isNotZero();
        assertThat(asked.get()).isBetween(10, STEPS - 1);
        reader.close();
    }

    @Test
    void aCancelledBackupLeavesNoFileAndTheDatabaseIsFree() {
        Path target = TestFiles.newFile();

        StepVerifier.create(connection.backup(target), 1)
                .expectNextCount(1)
                .thenCancel()
                .verify(Sql.LIMIT);

        Mono.fromCallable(() -> Files.exists(target) || hasThread("-b"))
                .subscribeOn(Schedulers.boundedElastic())
                .filter(there -> !there)
                .repeatWhenEmpty(500, tries -> tries.delayElements(Duration.ofMillis(20)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("the backup goes on, or its file is left")))
                .block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO small VALUES (1)");
        assertThat(connection.integrityCheck().collectList().block(Sql.LIMIT)).isEqualTo(List.of());
    }

    private boolean hasThread(String kind) {
        String prefix = "sqlite-" + source.getFileName();
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread instanceof LaneThread
                        && thread.getName().startsWith("sqlite-")
                        && thread.getName().contains(kind)
                        && thread.getName().startsWith(prefix));
    }
}
