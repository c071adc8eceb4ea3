package io.headrace.benchmarks;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The bare reactive driver, on a connection per piece of work. */
final class R2dbcRival {

    private static final int COLUMNS = 4;

    private final ConnectionFactory connectionFactory;

    R2dbcRival(ConnectionFactory connectionFactory) {
        this.connectionFactory = connectionFactory;
    }

    /** Multi-row VALUES, the way most programs that care insert with this driver. */
    long insertByValues(int rows, int rowsPerStatement) {
        return inTransaction(connection -> Flux.range(0, rows / rowsPerStatement)
                .concatMap(chunk -> values(connection, chunk * rowsPerStatement, rowsPerStatement)));
    }

    /** {@code Statement.add()}, the way the SPI offers. */
    long insertByAdd(int rows) {
        return inTransaction(connection -> {
            Statement insert = connection.createStatement("INSERT INTO measurements VALUES ($1, $2, $3, $4)");
            for (int n = 1; n <= rows; n++) {
                bind(insert, 0, Measurement.number(n));
                if (n < rows) {
                    insert.add();
                }
            }
            return Flux.from(insert.execute()).concatMap(result -> Flux.from(result.getRowsUpdated()));
        });
    }

    long read(int fetchSize) {
        return Flux.usingWhen(
                        connectionFactory.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT * FROM measurements WHERE $1::int4 = 1")
                                        .bind(0, 1)
                                        .fetchSize(fetchSize)
                                        .execute())
                                .concatMap(result -> result.map((row, metadata) -> read(row))),
                        Connection::close)
                .reduce(0L, (sum, row) -> sum + row.id())
                .blockOptional()
                .orElseThrow();
    }

    private static Measurement read(Row row) {
        return new Measurement(
                Objects.requireNonNull(row.get(0, Long.class)),
                Objects.requireNonNull(row.get(1, LocalDateTime.class)),
                Objects.requireNonNull(row.get(2, BigDecimal.class)),
                Objects.requireNonNull(row.get(3, String.class)));
    }

    private static Flux<Long> values(Connection connection, int first, int rows) {
        StringBuilder sql = new StringBuilder("INSERT INTO measurements VALUES ");
        IntStream.range(0, rows).forEach(i -> sql.append(i == 0 ? "" : ", ").append(markers(i * COLUMNS)));
        Statement insert = connection.createStatement(sql.toString());
        IntStream.range(0, rows).forEach(i -> bind(insert, i * COLUMNS, Measurement.number(first + i + 1)));
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
                        connectionFactory.create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .then(Mono.defer(() -> work.apply(connection).reduce(0L, Long::sum)))
                                .delayUntil(count -> connection.commitTransaction()),
                        Connection::close)
                .blockOptional()
                .orElseThrow();
    }
}
