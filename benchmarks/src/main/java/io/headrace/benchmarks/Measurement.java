package io.headrace.benchmarks;

import java.math.BigDecimal;
import java.time.LocalDateTime;

/** The row that all contenders write and read. */
record Measurement(long id, LocalDateTime takenAt, BigDecimal value, String station) {

    static final String TABLE =
            "CREATE TABLE measurements (id int8 NOT NULL, taken_at timestamp NOT NULL, value numeric NOT NULL,"
                    + " station text NOT NULL)";

    private static final LocalDateTime START = LocalDateTime.of(2001, 1, 1, 0, 0);

    static Measurement number(int n) {
        return new Measurement(n, START.plusSeconds(n), BigDecimal.valueOf(n % 10_000, 2), "station " + n % 100);
    }
}
