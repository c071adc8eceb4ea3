package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** Connections open, are in a transaction, close, and leave nothing behind. */
@Timeout(120)
class LifecycleTest {

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();

    @AfterEach
    void close() {
        connections.close().block(Sql.LIMIT);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread instanceof LaneThread)
                .count();
    }

    private static void awaitThreads(long most) {
        Mono.fromSupplier(LifecycleTest::threads)
                .filter(count -> count <= most)
                .repeatWhenEmpty(2_500, tries -> tries.delayElements(Duration.ofMillis(20)))
                .switchIfEmpty(Mono.error(() -> new AssertionError(threads() + " threads are left")))
                .subscribeOn(Schedulers.boundedElastic())
                .block(Sql.LIMIT);
    }

    @Test
    void aThousandConnectionsLeaveNoThread() {
        long before = threads();
        Flux.range(0, 1_000)
                .flatMap(
                        i -> Sql.with(connections, connection -> Sql.query(connection, "SELECT 1", Long.class)
                                .next()),
                        8)
                .blockLast(Sql.LIMIT);
        awaitThreads(before);
    }

    @Test
    void connectsThatAreCancelledLeaveNoThread() {
        long before = threads();
        for (int i = 0; i < 200; i++) {
            // Reactor's lambda subscriber would drop, and not close, what arrives while it is disposed of.
            BaseSubscriber<SqliteConnection> connecting = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(SqliteConnection connection) {
                    connection.close().subscribe();
                }
            };
            connections.create().subscribe(connecting);
            if (i % 2 == 0) {
                Thread.onSpinWait();
            }
            connecting.dispose();
        }
        awaitThreads(before);
    }

    @Test
    void closingEndsWhatIsRead() {
        SqliteConnection connection = Sql.open(connections);
        StepVerifier.create(Sql.query(connection, Sql.ENDLESS, Long.class), 5)
                .expectNextCount(5)
                .then(() -> Sql.close(connection))
                .expectErrorMatches(error -> error.getMessage().contains("is closed"))
                .verify(Sql.LIMIT);
        Sql.close(connection);
        assertThatThrownBy(() -> Sql.number(connection, "SELECT 1")).hasMessageContaining("is closed");
        assertThatThrownBy(() -> connection.beginTransaction().block(Sql.LIMIT)).hasMessageContaining("is closed");
        connection.rollbackTransaction().block(Sql.LIMIT);
        assertThat(Mono.from(connection.validate(ValidationDepth.REMOTE)).block(Sql.LIMIT))
                .isFalse();
    }

    @Test
    void closingRacesWithStatementsWithoutACrash() {
        for (int round = 0; round < 100; round++) {
            SqliteConnection connection = Sql.open(connections);
            Disposable running = Flux.range(0, 50)
                    .flatMap(i -> Sql.query(connection, Sql.ENDLESS, Long.class).take(100), 50)
                    .onErrorComplete()
                    .subscribe();
            connection.close().block(Sql.LIMIT);
            running.dispose();
        }
    }

    @Test
    void anOpenTransactionIsRolledBackByClosing() {
        SqliteConnection connection = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE t (n)");
        connection.beginTransaction().block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO t VALUES (1)");
        Sql.close(connection);
        SqliteConnection other = Sql.open(connections);
        assertThat(Sql.number(other, "SELECT count(*) FROM t")).isZero();
        Sql.close(other);
    }

    @Test
    void withoutAutoCommitATransactionBeginsByItself() {
        SqliteConnection connection = Sql.open(connections);
        SqliteConnection other = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE t (n)");
        connection.setAutoCommit(false).block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO t VALUES (1)");
        assertThat(Sql.number(other, "SELECT count(*) FROM t")).isZero();
        connection.commitTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(other, "SELECT count(*) FROM t")).isOne();
        Sql.run(connection, "INSERT INTO t VALUES (2)");
        connection.rollbackTransaction().block(Sql.LIMIT);
        connection.setAutoCommit(true).block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM t")).isOne();
        Sql.close(other);
        Sql.close(connection);
    }

    @Test
    void savepointsNestAndTheirNamesAreQuoted() {
        SqliteConnection connection = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE t (n)");
        String name = "a \"name\"; DROP TABLE t";
        connection.createSavepoint(name).block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO t VALUES (1)");
        connection.createSavepoint("inner").block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO t VALUES (2)");
        connection.rollbackTransactionToSavepoint("inner").block(Sql.LIMIT);
        connection.releaseSavepoint(name).block(Sql.LIMIT);
        assertThat(connection.isAutoCommit()).isFalse();
        connection.commitTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM t")).isOne();
        assertThatThrownBy(() -> connection.releaseSavepoint("nowhere").block(Sql.LIMIT))
                .hasMessageContaining("no such savepoint");
        Sql.close(connection);
    }

    @Test
    void aDeferredTransactionThatReadFirstIsToldToBeginAgain() {
        SqliteConnectionFactory deferred =
                SqliteConnectionFactory.temporary(c -> c.transactionMode(SqliteConfig.TransactionMode.DEFERRED));
        SqliteConnection one = Sql.open(deferred);
        SqliteConnection two = Sql.open(deferred);
        Sql.run(one, "CREATE TABLE t (n)");
        one.beginTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(one, "SELECT count(*) FROM t")).isZero();
        Sql.run(two, "INSERT INTO t VALUES (1)");

        assertThatThrownBy(() -> Sql.run(one, "INSERT INTO t VALUES (2)"))
                .isInstanceOf(R2dbcRollbackException.class)
                .hasMessageContaining("run the whole transaction again");
        one.rollbackTransaction().block(Sql.LIMIT);
        Sql.run(one, "INSERT INTO t VALUES (2)");
        Sql.close(one);
        Sql.close(two);
        deferred.close().block(Sql.LIMIT);
    }

    @Test
    void foreignKeysAreChecked() {
        SqliteConnection connection = Sql.open(connections);
        Sql.run(
                connection,
                "CREATE TABLE a (id INTEGER PRIMARY KEY)",
                "CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)");
        assertThatThrownBy(() -> Sql.run(connection, "INSERT INTO b VALUES (1)"))
                .hasMessageContaining("FOREIGN KEY constraint failed");
        connection.beginTransaction().block(Sql.LIMIT);
        Sql.run(connection, "INSERT INTO b VALUES (1)");
        assertThatThrownBy(() -> connection.commitTransaction().block(Sql.LIMIT))
                .hasMessageContaining("FOREIGN KEY constraint failed");
        Sql.run(connection, "INSERT INTO a VALUES (1)");
        connection.commitTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM b")).isOne();
        Sql.close(connection);
    }

    @Test
    void aTemporaryFileGoesWithItsFactory() {
        Path file = Path.of(TestFiles.pathOf(connections));
        assertThat(file).exists();
        connections.close().block(Sql.LIMIT);
        assertThat(Files.exists(file.getParent())).isFalse();
    }

    @Test
    void moreStatementsThanMayWaitAreRefused() {
        SqliteConnectionFactory small = SqliteConnectionFactory.temporary(c -> c.statementsWaiting(10));
        SqliteConnection connection = Sql.open(small);
        Disposable busy = Sql.query(connection, Sql.ENDLESS_WORK, Long.class).subscribe();
        Sql.awaitWork();
        assertThatThrownBy(() -> Flux.range(0, 30)
                        .flatMap(i -> Sql.query(connection, "SELECT 1", Long.class), 30)
                        .blockLast(Sql.LIMIT))
                .isInstanceOf(R2dbcTransientResourceException.class)
                .hasMessageContaining("10 statements wait");
        busy.dispose();
        // Those that waited leave the queue when its thread comes to them.
        assertThat(Sql.query(connection, "SELECT 1", Long.class)
                        .retryWhen(Retry.fixedDelay(500, Duration.ofMillis(20)))
                        .blockLast(Sql.LIMIT))
                .isOne();
        Sql.close(connection);
        small.close().block(Sql.LIMIT);
    }

    @Test
    void rowsArriveOnAThreadThatMustNotBeBlocked() {
        SqliteConnection connection = Sql.open(connections);
        assertThatThrownBy(() -> Sql.query(connection, "SELECT 1", Long.class)
                        .map(n -> Mono.delay(Duration.ofMillis(1)).block())
                        .blockLast(Sql.LIMIT))
                .hasMessageContaining("not supported in thread sqlite-");
        Sql.close(connection);
    }

    @Test
    void theDriverIsFoundByItsUrl() {
        var found = ConnectionFactories.get("r2dbc:sqlite:temp:///?synchronous=full&pragma.application_id=77");
        assertThat(found).isInstanceOf(SqliteDatabase.class);
        SqliteConnection connection = Sql.open(found);
        assertThat(Sql.number(connection, "PRAGMA synchronous")).isEqualTo(2);
        assertThat(Sql.number(connection, "PRAGMA application_id")).isEqualTo(77);
        assertThat(Sql.number(connection, "PRAGMA foreign_keys")).isOne();
        assertThat(connection.getMetadata().getDatabaseProductName()).isEqualTo("SQLite");
        assertThat(connection.getMetadata().getDatabaseVersion()).startsWith("3.");
        Sql.close(connection);
        ((SqliteDatabase) found).close().block(Sql.LIMIT);
    }
}
