package io.headrace.benchmarks.rows;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.stream.LongStream;

/** The row that all contenders write and read. */
record Measurement(long id, LocalDateTime takenAt, BigDecimal value, String station) {

    /** Not vacuumed automatically: that would come down on one contender and not on the next. */
    static final String TABLE =
            """
            CREATE TABLE %s (
                id int8 %s, taken_at timestamp NOT NULL, value numeric NOT NULL, station text NOT NULL)
            WITH (autovacuum_enabled = false)""";

    /** The sum of {@link #figure()} over a table. */
    static final String FIGURE =
            "SELECT sum(id + trunc(value) + extract(second FROM taken_at) + length(station))::int8 FROM ";

    private static final LocalDateTime START = LocalDateTime.of(2001, 1, 1, 0, 0);

    static Measurement number(int n) {
        return new Measurement(n, START.plusSeconds(n), BigDecimal.valueOf(n % 10_000, 2), "station " + n % 100);
    }

    /** By this a contender shows that it has read every column. */
    long figure() {
        return id + value.intValue() + takenAt.getSecond() + station.length();
    }

    /** The figures of the measurements 1 to {@code rows} together. */
    static long figureOf(long rows) {
        return LongStream.rangeClosed(1, rows)
                .map(n -> number((int) n).figure())
                .sum();
    }
}
