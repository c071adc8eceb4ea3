package io.headrace.sqlite;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Short forms of what the tests do all the time. */
final class Sql {

    static final Duration LIMIT = Duration.ofSeconds(60);

    /** Counts without end, cheaply. */
    static final String ENDLESS =
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT n FROM numbers";

    /** Works without end before its first row. */
    static final String ENDLESS_WORK =
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers";

    private Sql() {}

    /**
     * Waits until SQLite is at work on a thread of ours, for a test that interrupts that: on a busy machine no delay is
     * long enough.
     */
    static void awaitWork() {
        Mono.fromCallable(Sql::isAtWork)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(working -> working)
                .repeatWhenEmpty(5_000, tries -> tries.delayElements(Duration.ofMillis(5)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("SQLite does nothing")))
                .block(LIMIT);
    }

    private static boolean isAtWork() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey() instanceof LaneThread)
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .anyMatch(frame -> frame.getClassName().equals("org.sqlite.core.NativeDB"));
    }

    static SqliteConnection open(ConnectionFactory connections) {
        return (SqliteConnection) Mono.from(connections.create()).block(LIMIT);
    }

    static void close(SqliteConnection connection) {
        connection.close().block(LIMIT);
    }

    static Mono<Long> update(Connection connection, String sql, @Nullable Object... values) {
        return Flux.defer(() -> bind(connection.createStatement(sql), values).execute())
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum);
    }

    static <T> Flux<T> query(Connection connection, String sql, Class<T> type, @Nullable Object... values) {
        return Flux.defer(() -> bind(connection.createStatement(sql), values).execute())
                .concatMap(result -> result.map(row -> row.get(0, type)));
    }

    private static Statement bind(Statement statement, @Nullable Object... values) {
        for (int index = 0; index < values.length; index++) {
            if (values[index] == null) {
                statement.bindNull(index, Object.class);
            } else {
                statement.bind(index, values[index]);
            }
        }
        return statement;
    }

    static void run(Connection connection, String... statements) {
        Flux.fromArray(statements)
                .concatMap(sql -> update(connection, sql))
                .then()
                .block(LIMIT);
    }

    static long number(Connection connection, String sql, @Nullable Object... values) {
        return query(connection, sql, Long.class, values).next().block(LIMIT);
    }

    static <T> List<T> list(Connection connection, String sql, Class<T> type) {
        return query(connection, sql, type).collectList().block(LIMIT);
    }

    /** On a connection of its own, which is closed again. */
    static <T> Mono<T> with(ConnectionFactory connections, Function<SqliteConnection, Mono<T>> work) {
        return Mono.usingWhen(
                connections.create(), connection -> work.apply((SqliteConnection) connection), Connection::close);
    }
}
