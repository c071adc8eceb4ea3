package io.headrace.benchmarks.heap;

import java.math.BigDecimal;

/** A row of the large result. */
record StreamedRow(long id, String station, BigDecimal value) {

    /** The rows 1 to {@code :rows}, made by the server as they are asked for. */
    static final String SELECT =
            "SELECT n AS id, 'station ' || n % 100 AS station, n / 100.0 AS value FROM generate_series(1, :rows) AS n";

    /** The sum of all ids. */
    static long figureOf(long rows) {
        return rows * (rows + 1) / 2;
    }
}
