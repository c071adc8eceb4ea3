package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The few lines of R2DBC that tests need. */
public final class Sql {

    private Sql() {}

    public static <T> Mono<T> one(Connection connection, String sql, Class<T> type) {
        return row(connection, sql, row -> value(row, 0, type));
    }

    static <T> Mono<T> row(Connection connection, String sql, Function<Row, T> mapping) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> mapping.apply(row)))
                .single();
    }

    static <T> T value(Row row, int index, Class<T> type) {
        return requireNonNull(row.get(index, type), () -> "column " + index + " is null");
    }

    public static Mono<Void> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** Borrows, asks and gives back. */
    public static <T> Mono<T> one(ConnectionFactory connections, String sql, Class<T> type) {
        return Mono.usingWhen(connections.create(), connection -> one(connection, sql, type), Connection::close);
    }
}
