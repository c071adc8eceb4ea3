package io.headrace.core.connection;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.test.FaultProxy;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection behind a proxy, a table of numbers, and the few things that tests of savepoints say again and again. */
final class SavepointTrial implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(30);

    final TestPostgres postgres;
    final FaultProxy proxy;
    final ScriptedFactory connections;
    final Database db;

    private SavepointTrial(TestPostgres postgres, FaultProxy proxy, DatabaseConfig config) {
        this.postgres = postgres;
        this.proxy = proxy;
        this.connections = new ScriptedFactory(ConnectionFactories.get(postgres.urlThrough(proxy)));
        this.db = Database.on(connections, config);
    }

    /** With an empty table, and a connection that is open. */
    static SavepointTrial on(TestPostgres postgres) {
        return on(postgres, DatabaseConfig.defaults());
    }

    static SavepointTrial on(TestPostgres postgres, DatabaseConfig config) {
        postgres.execute("DROP TABLE IF EXISTS numbers; CREATE TABLE numbers (n int4 NOT NULL)");
        return new SavepointTrial(postgres, FaultProxy.to(postgres.host(), postgres.port()), config);
    }

    Mono<Long> insert(int n) {
        return db.sql("INSERT INTO numbers VALUES (:n)").bind("n", n).update();
    }

    Mono<Integer> sleep(double seconds) {
        return db.sql("SELECT 1 FROM pg_sleep(:seconds)")
                .bind("seconds", seconds)
                .as(Integer.class)
                .one();
    }

    /** A statement that the server refuses. */
    Mono<Integer> fail() {
        return db.sql("SELECT 1 / :zero::int4")
                .bind("zero", 0)
                .as(Integer.class)
                .one();
    }

    <T> Mono<T> transaction(Function<Session, Mono<T>> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(body);
    }

    <T> Mono<T> nested(Session outer, Mono<T> body) {
        return SavepointScope.of(db.sessions(), outer).mono(session -> body);
    }

    <T> Flux<T> nested(Session outer, Flux<T> body) {
        return SavepointScope.of(db.sessions(), outer).flux(session -> body);
    }

    /** What the table holds, in order, such as {@code 1,2}. */
    String kept() {
        return String.valueOf(
                postgres.queryString("SELECT coalesce(string_agg(n::text, ',' ORDER BY n), '') FROM numbers"));
    }

    List<String> sent() {
        return connections.sent();
    }

    boolean serverRuns(String text) {
        return postgres.backends().stream()
                .anyMatch(backend ->
                        backend.state().equals("active") && backend.query().contains(text));
    }

    /** On the test's own thread. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        proxy.forward();
        connections.close();
        proxy.close();
    }
}
