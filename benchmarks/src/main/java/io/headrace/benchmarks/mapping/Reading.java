package io.headrace.benchmarks.mapping;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.UUID;
import java.util.stream.LongStream;

/** A row of ten columns, of the types that tables have. */
record Reading(
        long id,
        int quantity,
        String station,
        BigDecimal value,
        LocalDateTime takenAt,
        LocalDate validOn,
        boolean checked,
        double latitude,
        double longitude,
        UUID batch) {

    static final String TABLE =
            """
            CREATE TABLE readings (
                id int8 NOT NULL, quantity int4 NOT NULL, station text NOT NULL, value numeric NOT NULL,
                taken_at timestamp NOT NULL, valid_on date NOT NULL, checked bool NOT NULL, latitude float8 NOT NULL,
                longitude float8 NOT NULL, batch uuid NOT NULL);
            INSERT INTO readings
                SELECT n, n %% 1000, 'station ' || n %% 100, n / 100.0, TIMESTAMP '2001-01-01' + n * INTERVAL '1 second',
                    DATE '2001-01-01' + n %% 365, n %% 2 = 0, n %% 90, n %% 180, gen_random_uuid()
                FROM generate_series(1, %d) AS n""";

    private static final int QUANTITIES = 1_000;

    /** The mapping as one would write it by hand. */
    static Reading byHand(Row row, RowMetadata metadata) {
        return new Reading(
                requireNonNull(row.get(0, Long.class)),
                requireNonNull(row.get(1, Integer.class)),
                requireNonNull(row.get(2, String.class)),
                requireNonNull(row.get(3, BigDecimal.class)),
                requireNonNull(row.get(4, LocalDateTime.class)),
                requireNonNull(row.get(5, LocalDate.class)),
                requireNonNull(row.get(6, Boolean.class)),
                requireNonNull(row.get(7, Double.class)),
                requireNonNull(row.get(8, Double.class)),
                requireNonNull(row.get(9, UUID.class)));
    }

    /** By this a contender shows that it has read the rows. */
    long figure() {
        return id + quantity;
    }

    /** The figures of the readings 1 to {@code rows} together. */
    static long figureOf(long rows) {
        return LongStream.rangeClosed(1, rows).map(n -> n + n % QUANTITIES).sum();
    }
}
