package io.headrace.pool.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.pool.PoolSnapshot;
import io.headrace.pool.Waiting;
import io.headrace.test.PostgresBackend;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a pool has to be like after a client has used it, whatever happened to the client. */
final class PoolChecks {

    /** Far more than any of it takes; a machine that builds may be busy. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final String LOCKS_OF_CLIENTS =
            """
            SELECT count(*) FROM pg_locks JOIN pg_stat_activity AS session USING (pid)
            WHERE datname = current_database() AND application_name <> 'headrace-test-inspector'""";

    private PoolChecks() {}

    /** One line for a pool of which connections are lent or waited for. */
    static List<String> lent(Pool pool) {
        PoolSnapshot now = pool.snapshot();
        return now.acquired() == 0 && now.waiting() == 0 ? List.of() : List.of(now.toString());
    }

    /** Everything is back, each connection answers and is as new, and the server has nothing left to do for any. */
    static void requireClean(Pool pool, TestPostgres postgres) {
        await("all connections are back", () -> lent(pool).isEmpty());
        StepVerifier.create(withAll(pool, PoolChecks::requireUsable))
                .expectNextCount(pool.snapshot().maxSize())
                .expectComplete()
                .verify(SOON);
        assertThat(lent(pool)).isEmpty();
        await(
                "no session is busy",
                () -> postgres.backends().stream().map(PostgresBackend::state).allMatch("idle"::equals));
        assertThat(postgres.queryLong(LOCKS_OF_CLIENTS)).isZero();
    }

    static void await(String what, BooleanSupplier condition) {
        Waiting.until(what, SOON, condition::getAsBoolean, is -> is);
    }

    static void close(Pool pool) {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    /** Uses all connections once, so that those that were cut off a moment ago are found out. */
    static void findOut(Pool pool) {
        StepVerifier.create(withAll(pool, connection -> answer(connection).onErrorComplete())
                        .then())
                .expectComplete()
                .verify(SOON);
    }

    /** Borrows all connections at the same time, and gives each back whatever becomes of the others. */
    private static <T> Flux<T> withAll(Pool pool, Function<Connection, Mono<T>> use) {
        int size = pool.snapshot().maxSize();
        return Flux.range(0, size)
                .flatMap(i -> pool.create(), size)
                .collectList()
                .flatMapMany(all -> Flux.fromIterable(all)
                        .concatMapDelayError(
                                connection -> Mono.usingWhen(Mono.just(connection), use, Connection::close)));
    }

    private static Mono<Boolean> requireUsable(Connection connection) {
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        return answer(connection)
                .doOnNext(noTransaction -> assertThat(noTransaction).isTrue());
    }

    private static Mono<Boolean> answer(Connection connection) {
        return Flux.from(connection
                        .createStatement("SELECT pg_current_xact_id_if_assigned() IS NULL")
                        .execute())
                .concatMap(result -> result.map(row -> row.get(0, Boolean.class)))
                .single();
    }
}
