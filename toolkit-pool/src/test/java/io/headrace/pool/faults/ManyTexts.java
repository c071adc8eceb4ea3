package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.now;
import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Statements whose text differs each time, as those with a list of changing length. */
final class ManyTexts {

    static final long TEXTS = 300;

    private ManyTexts() {}

    static long preparedOnTheServer(ConnectionFactory pool) {
        return now(Mono.usingWhen(
                pool.create(),
                connection -> Flux.range(0, (int) TEXTS)
                        .concatMap(i -> text(connection, i))
                        .then(Mono.defer(
                                () -> one(connection, "SELECT count(*) FROM pg_prepared_statements", Long.class))),
                Connection::close));
    }

    private static Mono<Integer> text(Connection connection, int number) {
        return Flux.from(connection
                        .createStatement("SELECT $1::int4 AS column_" + number)
                        .bind("$1", number)
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> requireNonNull(row.get(0, Integer.class))))
                .single();
    }
}
