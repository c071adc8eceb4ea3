package io.headrace.benchmarks.rows;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Statement;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writing with the reactive driver by hand. */
record R2dbcWrites(ConnectionFactory pool, InsertSql sql) {

    private static final int COLUMNS = 4;

    /** Many rows in one statement, the way most programs that care write with this driver. */
    long values(int rows, int rowsPerStatement) {
        return inTransaction(connection -> Flux.range(0, (rows + rowsPerStatement - 1) / rowsPerStatement)
                .map(chunk -> chunk * rowsPerStatement)
                .concatMap(done -> values(connection, done, Math.min(rowsPerStatement, rows - done))));
    }

    /** {@code Statement.add()}, the way the SPI offers. */
    long add(int rows) {
        return inTransaction(connection -> {
            Statement insert = connection.createStatement(sql.with(markers(0)));
            for (int n = 1; n <= rows; n++) {
                bind(insert, 0, Measurement.number(n));
                if (n < rows) {
                    insert.add();
                }
            }
            return updated(insert);
        });
    }

    private Flux<Long> values(Connection connection, int done, int rows) {
        Statement insert = connection.createStatement(sql.with(
                IntStream.range(0, rows).mapToObj(i -> markers(i * COLUMNS)).collect(Collectors.joining(", "))));
        IntStream.range(0, rows).forEach(i -> bind(insert, i * COLUMNS, Measurement.number(done + i + 1)));
        return updated(insert);
    }

    private static Flux<Long> updated(Statement insert) {
        return Flux.from(insert.execute()).concatMap(result -> Flux.from(result.getRowsUpdated()));
    }

    private static String markers(int from) {
        return "($" + (from + 1) + ", $" + (from + 2) + ", $" + (from + 3) + ", $" + (from + 4) + ")";
    }

    private static void bind(Statement insert, int from, Measurement row) {
        insert.bind(from, row.id());
        insert.bind(from + 1, row.takenAt());
        insert.bind(from + 2, row.value());
        insert.bind(from + 3, row.station());
    }

    private long inTransaction(Function<Connection, Flux<Long>> work) {
        return Mono.usingWhen(
                        pool.create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .then(Mono.defer(() -> work.apply(connection).reduce(0L, Long::sum)))
                                .delayUntil(count -> connection.commitTransaction()),
                        Connection::close)
                .blockOptional()
                .orElseThrow();
    }
}
