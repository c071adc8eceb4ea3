package io.headrace.benchmarks.pool;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.util.function.IntFunction;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ways to borrow a connection once. Each emits the number that it is given, so that nobody can leave a loan out. */
final class Loans {

    private Loans() {}

    /** Nothing is done with the connection. */
    static IntFunction<Mono<Integer>> withoutWork(ConnectionFactory pool) {
        return number -> Mono.usingWhen(pool.create(), connection -> Mono.just(number), Connection::close);
    }

    /** The server is asked for the number. */
    static IntFunction<Mono<Integer>> withQuery(ConnectionFactory pool) {
        return number -> Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(connection
                                .createStatement("SELECT CAST($1 AS int4)")
                                .bind(0, number)
                                .execute())
                        .concatMap(result -> result.map(row -> requireNonNull(row.get(0, Integer.class))))
                        .single(),
                Connection::close);
    }

    /** The same by Spring's client. */
    static IntFunction<Mono<Integer>> withQueryBySpring(ConnectionFactory pool) {
        DatabaseClient client = DatabaseClient.create(pool);
        return number -> client.sql("SELECT CAST(:number AS int4)")
                .bind("number", number)
                .map(row -> requireNonNull(row.get(0, Integer.class)))
                .one();
    }
}
