package io.headrace.pool.faults;

import io.headrace.pool.Sql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several queries at once whose neighbour in a zip fails, so that all of them are cancelled while rows arrive. */
final class NeighbourFails {

    /** The bare libraries hang within a few. */
    static final int MOST_ROUNDS = 100;

    static final int CONNECTIONS = 4;

    private static final int AT_ONCE = 2 * CONNECTIONS;

    private NeighbourFails() {}

    /** Whether all ended, and after them one more statement, within the limit. */
    static boolean round(ConnectionFactory pool, Duration limit) {
        return answered(
                Flux.range(0, AT_ONCE)
                        .flatMap(
                                i -> Mono.zip(rows(pool), failure()).onErrorResume(Neighbour.class, e -> Mono.empty()),
                                AT_ONCE)
                        .then(Sql.one(pool, "SELECT 1", Integer.class)),
                limit);
    }

    /** Whether each of the connections, lent at once, answers. */
    static boolean everybodyIsAnswered(ConnectionFactory pool, Duration limit) {
        return answered(
                Flux.range(0, CONNECTIONS)
                        .flatMap(i -> pool.create(), CONNECTIONS)
                        .collectList()
                        .flatMapMany(Flux::fromIterable)
                        .flatMap(
                                connection -> Sql.one(connection, "SELECT 1", Integer.class)
                                        .timeout(limit)
                                        .materialize()
                                        .delayUntil(answer -> connection.close())
                                        .<Integer>dematerialize(),
                                CONNECTIONS)
                        .then(Mono.just(1)),
                limit.multipliedBy(2));
    }

    private static boolean answered(Mono<Integer> work, Duration limit) {
        return Boolean.TRUE.equals(work.thenReturn(true)
                .timeout(limit)
                .onErrorReturn(TimeoutException.class, false)
                .block(Ask.LATER));
    }

    private static Mono<Long> rows(ConnectionFactory pool) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(connection
                                .createStatement("SELECT n, repeat('x', 100) AS pad FROM generate_series(1, 2000) AS n")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, Integer.class)))
                        .count(),
                Connection::close);
    }

    private static Mono<Object> failure() {
        return Mono.error(new Neighbour());
    }

    private static final class Neighbour extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
