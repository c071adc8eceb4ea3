package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.TransactionDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** One writer, some readers, any number of light connections. */
@Timeout(180)
class SqliteDatabaseTest {

    private final Path file = TestFiles.newFile();
    private SqliteDatabase database;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(file, c -> c.readers(2));
        with(connection ->
                Sql.update(connection, "CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"));
    }

    @AfterEach
    void close() {
        database.close().block(Sql.LIMIT);
    }

    @CanIgnoreReturnValue
    private long with(Function<SqliteConnection, Mono<Long>> work) {
        return Sql.with(database, work).block(Sql.LIMIT);
    }

    private SqliteDatabaseSnapshot snapshot() {
        return database.snapshot().block(Sql.LIMIT);
    }

    @Test
    void sixteenWritersAreServedInTurnAndNoneIsRefused() {
        AtomicLong slowest = new AtomicLong();
        long written = Flux.range(0, 16)
                .flatMap(
                        writer -> Flux.range(0, 200)
                                .concatMap(i -> Sql.with(database, connection -> {
                                    long start = System.nanoTime();
                                    return connection
                                            .beginTransaction()
                                            .then(Sql.update(
                                                    connection,
                                                    "INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1",
                                                    writer))
                                            .flatMap(n -> connection
                                                    .commitTransaction()
                                                    .thenReturn(n))
                                            .doOnNext(n ->
                                                    slowest.accumulateAndGet(System.nanoTime() - start, Math::max));
                                })),
                        16)
                .count()
                .block(Sql.LIMIT);

        assertThat(written).isEqualTo(3_200);
        assertThat(with(c ->
                        Sql.query(c, "SELECT sum(n) FROM counters", Long.class).next()))
                .isEqualTo(3_200);
        assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void twoLoopsThatReadAndThenWriteLoseNothing() {
        with(c -> Sql.update(c, "INSERT INTO counters VALUES (1, 0)"));
        Flux.range(0, 2)
                .flatMap(loop -> Flux.range(0, 500).concatMap(i -> Sql.with(database, this::readAndWrite)), 2)
                .blockLast(Sql.LIMIT);
        assertThat(with(c -> Sql.query(c, "SELECT n FROM counters", Long.class).next()))
                .isEqualTo(1_000);
    }

    /** As two processes would: nobody gives them their turns but SQLite. */
    @Test
    void twoConnectionsThatReadAndThenWriteLoseNothingEither() {
        with(c -> Sql.update(c, "INSERT INTO counters VALUES (1, 0)"));
        SqliteConnectionFactory connections = SqliteConnectionFactory.from(file);
        Flux.range(0, 2)
                .flatMap(
                        loop -> Sql.with(connections, connection -> Flux.range(0, 200)
                                .concatMap(i -> readAndWrite(connection))
                                .count()),
                        2)
                .blockLast(Sql.LIMIT);
        assertThat(with(c -> Sql.query(c, "SELECT n FROM counters", Long.class).next()))
                .isEqualTo(400);
        connections.close().block(Sql.LIMIT);
    }

    private Mono<Long> readAndWrite(SqliteConnection connection) {
        return connection
                .beginTransaction()
                .then(Sql.query(connection, "SELECT n FROM counters WHERE id = 1", Long.class)
                        .next())
                .flatMap(n -> Sql.update(connection, "UPDATE counters SET n = ? WHERE id = 1", n + 1))
                .flatMap(n -> connection.commitTransaction().thenReturn(n));
    }

    @Test
    void aReadSeesWhatWasCommittedBeforeIt() {
        for (int round = 1; round <= 200; round++) {
            int id = round;
            with(c -> Sql.update(c, "INSERT INTO counters VALUES (?, 0)", id));
            assertThat(with(c -> Sql.query(c, "SELECT count(*) FROM counters", Long.class)
                            .next()))
                    .isEqualTo(id);
        }
    }

    @Test
    void readersDoNotWaitForTheWriter() {
        SqliteConnection writer = Sql.open(database);
        writer.beginTransaction().block(Sql.LIMIT);
        Sql.run(writer, "INSERT INTO counters VALUES (1, 1)");

        assertThat(with(c -> Sql.query(c, "SELECT count(*) FROM counters", Long.class)
                        .next()))
                .isZero();
        assertThat(Sql.number(writer, "SELECT count(*) FROM counters")).isOne();
        assertThat(snapshot().writing()).isTrue();
        writer.commitTransaction().block(Sql.LIMIT);
        Sql.close(writer);
        assertThat(snapshot().writing()).isFalse();
        assertThat(snapshot().reading()).isZero();
    }

    @Test
    void aReadOnlyTransactionHoldsAReaderAndRefusesWrites() {
        with(c -> Sql.update(c, "INSERT INTO counters VALUES (1, 1)"));
        SqliteConnection reader = Sql.open(database);
        reader.beginTransaction(readOnly()).block(Sql.LIMIT);
        assertThat(Sql.number(reader, "SELECT count(*) FROM counters")).isOne();
        with(c -> Sql.update(c, "INSERT INTO counters VALUES (2, 1)"));

        assertThat(Sql.number(reader, "SELECT count(*) FROM counters")).isOne();
        assertThatThrownBy(() -> Sql.run(reader, "INSERT INTO counters VALUES (3, 1)"))
                .hasMessageContaining("readonly");
        reader.commitTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(reader, "SELECT count(*) FROM counters")).isEqualTo(2);
        Sql.close(reader);
    }

    static TransactionDefinition readOnly() {
        return new TransactionDefinition() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> T getAttribute(Option<T> option) {
                return option.equals(READ_ONLY) ? (T) Boolean.TRUE : null;
            }
        };
    }

    @Test
    void aWaitForTheWriterEndsInTimeAndInOrder() {
        SqliteDatabase impatient = SqliteDatabase.open(file, c -> c.acquireTimeout(Duration.ofMillis(200)));
        SqliteConnection holder = Sql.open(impatient);
        holder.beginTransaction().block(Sql.LIMIT);

        assertThatThrownBy(() -> Sql.with(impatient, c -> Sql.update(c, "DELETE FROM counters"))
                        .block(Sql.LIMIT))
                .isInstanceOf(R2dbcTimeoutException.class)
                .hasMessageContaining("no turn within 200 ms (1 of 1 in use");
        Disposable waiting =
                Sql.with(impatient, c -> Sql.update(c, "DELETE FROM counters")).subscribe();
        waiting.dispose();
        assertThat(impatient.snapshot().block(Sql.LIMIT).waitingToWrite()).isZero();
        holder.rollbackTransaction().block(Sql.LIMIT);
        assertThat(Sql.with(impatient, c -> Sql.update(c, "INSERT INTO counters VALUES (1, 1)"))
                        .block(Sql.LIMIT))
                .isOne();
        Sql.close(holder);
        impatient.close().block(Sql.LIMIT);
    }

    @Test
    void tooManyWaitersAreRefusedAtOnce() {
        SqliteDatabase small = SqliteDatabase.open(file, c -> c.transactionsWaiting(1));
        SqliteConnection holder = Sql.open(small);
        holder.beginTransaction().block(Sql.LIMIT);
        Disposable waiting =
                Sql.with(small, c -> Sql.update(c, "DELETE FROM counters")).subscribe();

        assertThatThrownBy(() -> Sql.with(small, c -> Sql.update(c, "DELETE FROM counters"))
                        .block(Sql.LIMIT))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("1 wait already, the limit");
        waiting.dispose();
        Sql.close(holder);
        small.close().block(Sql.LIMIT);
    }

    @Test
    void aStatementThatBeginsATransactionHoldsTheWriterUntilItsEnd() {
        SqliteConnection one = Sql.open(database);
        Sql.run(one, "BEGIN", "INSERT INTO counters VALUES (1, 1)");
        assertThat(snapshot().writing()).isTrue();
        Disposable other = Sql.with(database, c -> Sql.update(c, "INSERT INTO counters VALUES (2, 1)"))
                .subscribe();
        Sql.run(one, "SAVEPOINT a", "DELETE FROM counters", "ROLLBACK TO a", "RELEASE a", "COMMIT");
        // It has its turn although the first connection is still open.
        Flux.interval(Duration.ofMillis(20)).filter(i -> other.isDisposed()).blockFirst(Sql.LIMIT);
        Sql.close(one);
        Flux.interval(Duration.ofMillis(20))
                .concatMap(i -> database.snapshot())
                .filter(s -> !s.writing())
                .next()
                .block(Sql.LIMIT);
        assertThat(with(c -> Sql.query(c, "SELECT count(*) FROM counters", Long.class)
                        .next()))
                .isEqualTo(2);
    }

    @Test
    void aClosedConnectionGivesBackWhatItHeld() {
        SqliteConnection lost = Sql.open(database);
        lost.beginTransaction().block(Sql.LIMIT);
        Sql.run(lost, "INSERT INTO counters VALUES (1, 1)");
        StepVerifier.create(Sql.query(lost, Sql.ENDLESS, Long.class), 3)
                .expectNextCount(3)
                .then(() -> Sql.close(lost))
                .expectErrorMatches(error -> error.getMessage().contains("is closed"))
                .verify(Sql.LIMIT);

        assertThat(with(c -> Sql.update(c, "INSERT INTO counters VALUES (1, 1)")))
                .isOne();
        assertThatThrownBy(() -> Sql.number(lost, "SELECT 1")).hasMessageContaining("is closed");
        assertThat(snapshot().writing()).isFalse();
    }

    @Test
    void aLogThatGrewIsCutWhenNobodyReads() {
        SqliteDatabase small = SqliteDatabase.open(file, c -> c.journalLimitMebibytes(1));
        Sql.with(small, c -> Sql.update(c, "CREATE TABLE big (b BLOB)")).block(Sql.LIMIT);
        SqliteConnection pinned = Sql.open(small);
        pinned.beginTransaction(readOnly()).block(Sql.LIMIT);
        assertThat(Sql.number(pinned, "SELECT count(*) FROM big")).isZero();
        for (int i = 0; i < 10; i++) {
            Sql.with(small, c -> Sql.update(c, "INSERT INTO big VALUES (zeroblob(1000000))"))
                    .block(Sql.LIMIT);
        }
        assertThat(small.snapshot().block(Sql.LIMIT).logBytes()).isGreaterThan(9_000_000);
        assertThat(small.snapshot().block(Sql.LIMIT).oldestRead()).isPositive();
        pinned.commitTransaction().block(Sql.LIMIT);
        // By itself SQLite would cut it to the limit of 1 MiB and no further.
        long smallest = Flux.range(0, 400)
                .concatMap(i -> Sql.with(small, c -> Sql.update(c, "INSERT INTO big VALUES (1)"))
                        .then(small.snapshot().map(SqliteDatabaseSnapshot::logBytes)))
                .takeUntil(bytes -> bytes < 500_000)
                .reduce(Long::min)
                .block(Sql.LIMIT);
        assertThat(smallest).isLessThan(500_000);
        Sql.close(pinned);
        small.close().block(Sql.LIMIT);
    }

    @Test
    void aReadThatStandsStillIsToldWithTheSizeOfTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(SharedLanes.class);
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        logger.addAppender(warnings);
        SqliteDatabase watched = SqliteDatabase.open(file, c -> c.longRead(Duration.ofMillis(50)));
        SqliteConnection reader = Sql.open(watched);
        StepVerifier.create(Sql.query(reader, Sql.ENDLESS, Long.class), 1)
                .expectNext(1L)
                .then(() -> Mono.fromCallable(() -> List.copyOf(warnings.list).isEmpty())
                        .filter(nothing -> !nothing)
                        .repeatWhenEmpty(500, tries -> tries.delayElements(Duration.ofMillis(20)))
                        .block(Sql.LIMIT))
                .thenCancel()
                .verify(Sql.LIMIT);
        logger.detachAppender(warnings);

        assertThat(warnings.list.get(0).getFormattedMessage())
                .contains("1 read(s) of", "50 ms and more", "read in pages");
        Sql.close(reader);
        watched.close().block(Sql.LIMIT);
    }

    @Test
    void closingTheDatabaseEndsWhatIsRead() {
        SqliteConnection reader = Sql.open(database);
        StepVerifier.create(Sql.query(reader, Sql.ENDLESS, Long.class), 3)
                .expectNextCount(3)
                .then(() -> database.close().block(Sql.LIMIT))
                .expectErrorMatches(error -> error.getMessage().contains("is closed"))
                .verify(Sql.LIMIT);
    }

    @Test
    void closingLeavesOneSoundFile() {
        with(c -> Sql.update(c, "INSERT INTO counters VALUES (1, 1)"));
        with(c -> Sql.query(c, "SELECT 1", Long.class).next());
        database.close().block(Sql.LIMIT);
        database.close().block(Sql.LIMIT);

        assertThat(file).exists();
        assertThat(Files.exists(file.resolveSibling("test.db-wal"))).isFalse();
        assertThatThrownBy(() -> Sql.open(database)).hasMessageContaining("closed");
    }

    @Test
    void aDatabaseInMemoryHasOneLaneAndGoesWithItsLastOwner() {
        SqliteDatabase memory = SqliteDatabase.open("r2dbc:sqlite:mem:///shared-by-name");
        SqliteDatabase second = SqliteDatabase.open("r2dbc:sqlite:mem:///shared-by-name");
        Sql.with(memory, c -> Sql.update(c, "CREATE TABLE t AS SELECT 5 AS n")).block(Sql.LIMIT);
        assertThat(Sql.with(second, c -> Sql.query(c, "SELECT n FROM t", Long.class)
                                .next())
                        .block(Sql.LIMIT))
                .isEqualTo(5);
        memory.close().block(Sql.LIMIT);
        assertThat(Sql.with(second, c -> Sql.query(c, "SELECT n FROM t", Long.class)
                                .next())
                        .block(Sql.LIMIT))
                .isEqualTo(5);
        second.close().block(Sql.LIMIT);

        SqliteDatabase third = SqliteDatabase.open("r2dbc:sqlite:mem:///shared-by-name");
        assertThat(Sql.with(third, c -> Sql.query(c, "SELECT count(*) FROM sqlite_schema", Long.class)
                                .next())
                        .block(Sql.LIMIT))
                .isZero();
        third.close().block(Sql.LIMIT);
    }

    @Test
    void manyStreamsAndQuestionsShareTheReaders() {
        List<Long> sums = Flux.range(0, 50)
                .flatMap(
                        i -> Sql.with(database, c -> Sql.query(c, Sql.ENDLESS, Long.class)
                                .limitRate(10)
                                .take(500)
                                .reduce(0L, Long::sum)),
                        50)
                .collectList()
                .block(Sql.LIMIT);
        assertThat(sums).hasSize(50).containsOnly(125_250L);
        assertThat(snapshot().readers()).isLessThanOrEqualTo(2);
    }
}
