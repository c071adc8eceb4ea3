package io.headrace.core.dialect;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Simple statements of our own. */
final class Statements {

    private Statements() {}

    static Mono<Void> run(Connection connection, String sql) {
        return Flux.defer(() -> connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated, 0)
                .then();
    }

    /**
     * Sends them all at once and waits for all answers, also behind an error, since no publisher of a driver may be
     * cancelled. For drivers that answer in order.
     */
    static Mono<Void> runPipelined(Connection connection, String... statements) {
        return Flux.mergeSequentialDelayError(
                        Arrays.stream(statements)
                                .map(sql -> run(connection, sql))
                                .toList(),
                        statements.length,
                        1)
                .then();
    }

    static <T> Mono<T> value(Connection connection, String sql, Class<T> type) {
        return Flux.defer(() -> connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, type)), 0)
                .singleOrEmpty();
    }
}
