package io.headrace.benchmarks.lookup;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The row that is looked up. */
record Product(long id, String name, BigDecimal price, int stock, @Nullable String category) {

    static final int COUNT = 100_000;

    static final String TABLE =
            """
            CREATE TABLE products (
                id int8 PRIMARY KEY, name text NOT NULL, price numeric(10,2) NOT NULL, stock int4 NOT NULL, category text);
            INSERT INTO products
                SELECT n, 'product ' || n, n / 100.0, n %% 1000, CASE WHEN n %% 10 > 0 THEN 'category ' || n %% 10 END
                FROM generate_series(1, %d) AS n;
            ANALYZE products"""
                    .formatted(COUNT);

    private static final int STOCKS = 1_000;
    // A prime, so that calls that follow each other ask for rows that are far apart.
    private static final long STRIDE = 7_919;

    /** The key that the call of this number asks for. */
    static long keyOfCall(int call) {
        return call * STRIDE % COUNT + 1;
    }

    /** By this a caller shows that it got the row. */
    long figure() {
        return id + stock;
    }

    /** The figures of the first calls together. */
    static long figureOfCalls(long calls) {
        long sum = 0;
        for (int call = 0; call < calls; call++) {
            long key = keyOfCall(call);
            sum += key + key % STOCKS;
        }
        return sum;
    }
}
