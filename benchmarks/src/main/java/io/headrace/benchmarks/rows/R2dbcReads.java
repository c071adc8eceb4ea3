package io.headrace.benchmarks.rows;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import reactor.core.publisher.Flux;

/** Reading with the reactive driver by hand. */
record R2dbcReads(ConnectionFactory pool) {

    /** @param fetchSize rows for each round trip, 0 for the driver's default of all in one */
    long read(int fetchSize) {
        return Flux.usingWhen(
                        pool.create(),
                        connection -> Flux.from(connection
                                        .createStatement(ReadContest.SELECT)
                                        .fetchSize(fetchSize)
                                        .execute())
                                .concatMap(result -> result.map(R2dbcReads::measurement)),
                        Connection::close)
                .reduce(0L, (sum, row) -> sum + row.figure())
                .blockOptional()
                .orElseThrow();
    }

    static Measurement measurement(Readable row) {
        return new Measurement(
                requireNonNull(row.get(0, Long.class)),
                requireNonNull(row.get(1, LocalDateTime.class)),
                requireNonNull(row.get(2, BigDecimal.class)),
                requireNonNull(row.get(3, String.class)));
    }
}
