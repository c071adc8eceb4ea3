package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A cancel stops the statement that it is meant for, and nothing else. */
@Timeout(180)
class CancellationTest {

    /** Generous, for the machine may be busy; a statement that is not stopped runs for good. */
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
        Sql.run(
                connection,
                "CREATE TABLE numbers (n INTEGER, t TEXT)",
                "INSERT INTO numbers WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000)"
                        + " SELECT n, hex(randomblob(20)) FROM c");
    }

    @AfterEach
    void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Sql.ENDLESS_WORK,
                "SELECT count(*) FROM numbers a, numbers b, numbers c",
                "SELECT a.t FROM numbers a, numbers b ORDER BY a.t || b.t",
                "CREATE TABLE copies AS SELECT a.t || b.t FROM numbers a, numbers b",
                "INSERT INTO numbers SELECT a.n, b.t FROM numbers a, numbers b, numbers c",
                "UPDATE numbers SET n = (SELECT count(*) FROM numbers a, numbers b)",
            })
    void aCancelledStatementStops(String sql) {
        for (int round = 0; round < 3; round++) {
            Disposable running = Sql.update(connection, sql).subscribe();
            Sql.awaitWork();
            running.dispose();

            assertThat(Sql.query(connection, "SELECT 1", Long.class).next().block(SOON))
                    .isOne();
        }
        assertThat(Sql.number(connection, "SELECT count(*) FROM numbers")).isEqualTo(20_000);
    }

    @Test
    void aCancelledWaitForALockStops() {
        SqliteConnection other = Sql.open(connections);
        other.beginTransaction().block(Sql.LIMIT);
        connection.setLockWaitTimeout(Duration.ofMinutes(10)).block(Sql.LIMIT);

        Disposable waiting =
                Sql.update(connection, "INSERT INTO numbers VALUES (0, 'x')").subscribe();
        Sql.awaitWork();
        waiting.dispose();
        assertThat(Sql.query(connection, "SELECT 1", Long.class).next().block(SOON))
                .isOne();

        other.rollbackTransaction().block(Sql.LIMIT);
        Sql.close(other);
        assertThat(Sql.number(connection, "SELECT count(*) FROM numbers WHERE n = 0"))
                .isZero();
    }

    @Test
    void noCancelHitsAnInnocentStatement() {
        Random random = new Random(7);
        AtomicInteger innocents = new AtomicInteger();
        Flux<Long> cursor = Sql.query(connection, "SELECT n FROM numbers", Long.class);
        for (int round = 0; round < 3_000; round++) {
            Disposable victim = Sql.query(connection, "SELECT count(*) FROM numbers", Long.class)
                    .subscribe();
            long until = System.nanoTime() + random.nextInt(400_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            victim.dispose();
            Sql.query(connection, "SELECT max(n) FROM numbers", Long.class)
                    .doOnNext(max -> innocents.incrementAndGet())
                    .blockLast(SOON);
        }
        assertThat(innocents).hasValue(3_000);
        assertThat(cursor.count().block(Sql.LIMIT)).isEqualTo(20_000);
    }

    @Test
    void aSecondStreamSurvivesTheCancelOfTheFirst() {
        Flux<Long> rows = Sql.query(connection, "SELECT n FROM numbers", Long.class);

        StepVerifier.create(rows, 10)
                .expectNextCount(10)
                .then(() -> {
                    Disposable running =
                            Sql.query(connection, Sql.ENDLESS_WORK, Long.class).subscribe();
                    Sql.awaitWork();
                    running.dispose();
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(19_990)
                .expectComplete()
                .verify(Sql.LIMIT);
    }

    @Test
    void aCancelledChangeEndsItsTransactionAndNothingBehindItIsKept() {
        connection.beginTransaction().block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO numbers VALUES (-1, 'before')");
        Disposable running = Sql.update(
                        connection, "INSERT INTO numbers SELECT a.n, b.t FROM numbers a, numbers b, numbers c")
                .subscribe();
        Sql.awaitWork();
        running.dispose();

        assertThatThrownBy(() -> Sql.run(connection, "INSERT INTO numbers VALUES (-2, 'behind')"))
                .isInstanceOf(R2dbcRollbackException.class)
                .hasMessageContaining("rolled this transaction back by itself");
        assertThatThrownBy(() -> Sql.number(connection, "SELECT 1")).isInstanceOf(R2dbcRollbackException.class);
        assertThatThrownBy(() -> connection.createSavepoint("s").block(Sql.LIMIT))
                .isInstanceOf(R2dbcRollbackException.class);
        assertThatThrownBy(() -> connection.commitTransaction().block(Sql.LIMIT))
                .isInstanceOf(R2dbcRollbackException.class);
        connection.rollbackTransaction().block(Sql.LIMIT);

        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(Sql.number(connection, "SELECT count(*) FROM numbers WHERE n < 0"))
                .isZero();
    }

    @Test
    void aRollbackThatIsWrittenAsAStatementEndsAnAbortedTransactionToo() {
        Sql.run(connection, "BEGIN");
        assertThat(connection.isAutoCommit()).isFalse();
        Sql.run(connection, "CREATE TABLE strict_numbers (n INTEGER PRIMARY KEY ON CONFLICT ROLLBACK)");
        Sql.run(connection, "INSERT INTO strict_numbers VALUES (1)");
        assertThatThrownBy(() -> Sql.run(connection, "INSERT INTO strict_numbers VALUES (1)"))
                .hasMessageContaining("UNIQUE constraint failed");
        assertThatThrownBy(() -> Sql.run(connection, "COMMIT")).isInstanceOf(R2dbcRollbackException.class);

        Sql.run(connection, "ROLLBACK");
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(Sql.number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'strict_numbers'"))
                .isZero();
    }

    @Test
    void aCancelledQueryLeavesItsTransactionAsItIs() {
        connection.beginTransaction().block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO numbers VALUES (-1, 'before')");
        Disposable running = Sql.query(connection, Sql.ENDLESS_WORK, Long.class).subscribe();
        Sql.awaitWork();
        running.dispose();
        Sql.run(connection, "INSERT INTO numbers VALUES (-2, 'behind')");
        connection.commitTransaction().block(Sql.LIMIT);

        assertThat(Sql.number(connection, "SELECT count(*) FROM numbers WHERE n < 0"))
                .isEqualTo(2);
    }

    @Test
    void aStatementTimeoutStopsAndSaysSo() {
        connection.setStatementTimeout(Duration.ofMillis(50)).block(Sql.LIMIT);

        assertThatThrownBy(() -> Sql.number(connection, Sql.ENDLESS_WORK))
                .isInstanceOf(R2dbcTimeoutException.class)
                .hasMessageContaining("50 ms");
        assertThat(Sql.number(connection, "SELECT 1")).isOne();
        connection.setStatementTimeout(Duration.ZERO).block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM numbers")).isEqualTo(20_000);
    }

    @Test
    void aSlowReaderIsNotTakenForASlowStatement() {
        connection.setStatementTimeout(Duration.ofSeconds(1)).block(Sql.LIMIT);

        StepVerifier.create(Sql.query(connection, "SELECT n FROM numbers", Long.class), 10)
                .expectNextCount(10)
                .thenAwait(Duration.ofMillis(1_500))
                .thenRequest(10)
                .expectNextCount(10)
                .thenCancel()
                .verify(Sql.LIMIT);
    }

    @Test
    void aLockIsWaitedForAsLongAsWasSet() {
        SqliteConnection other = Sql.open(connections);
        other.beginTransaction().block(Sql.LIMIT);
        connection.setLockWaitTimeout(Duration.ofMillis(300)).block(Sql.LIMIT);

        long start = System.nanoTime();
        assertThatThrownBy(() -> Sql.run(connection, "INSERT INTO numbers VALUES (0, 'x')"))
                .isInstanceOf(R2dbcTransientResourceException.class)
                .hasMessageContaining("lock");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(250), Duration.ofSeconds(10));

        Mono.delay(Duration.ofMillis(100)).then(other.commitTransaction()).subscribe();
        connection.setLockWaitTimeout(Duration.ofSeconds(30)).block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO numbers VALUES (0, 'x')");
        Sql.close(other);
    }
}
