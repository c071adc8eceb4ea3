package io.headrace.benchmarks.lookup;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** By hand on any R2DBC pool, and by Spring's client; both with the same hand-written mapping. */
final class R2dbcLookup {

    private R2dbcLookup() {}

    static Mono<Product> bare(ConnectionFactory pool, long id) {
        return Mono.usingWhen(
                pool.create(),
                connection -> Flux.from(connection
                                .createStatement("SELECT * FROM products WHERE id = $1")
                                .bind(0, id)
                                .execute())
                        .concatMap(result -> result.map(R2dbcLookup::product))
                        .single(),
                Connection::close);
    }

    static Mono<Product> spring(DatabaseClient client, long id) {
        return client.sql("SELECT * FROM products WHERE id = :id")
                .bind("id", id)
                .map(R2dbcLookup::product)
                .one();
    }

    private static Product product(Readable row) {
        return new Product(
                requireNonNull(row.get(0, Long.class)),
                requireNonNull(row.get(1, String.class)),
                requireNonNull(row.get(2, BigDecimal.class)),
                requireNonNull(row.get(3, Integer.class)),
                row.get(4, String.class));
    }
}
