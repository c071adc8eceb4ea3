package io.headrace.benchmarks.tx;

import io.headrace.test.TestPostgres;

/** The table that short transactions write to: two rows for each caller, so that nobody waits for anybody's lock. */
final class Counters {

    static final int CALLERS = 64;

    static final String UPDATE = "UPDATE counters SET n = n + 1 WHERE id = ";

    private Counters() {}

    static void create(TestPostgres postgres) {
        postgres.execute("DROP TABLE IF EXISTS counters;"
                + " CREATE TABLE counters (id int4 PRIMARY KEY, n int8 NOT NULL)"
                + " WITH (fillfactor = 10, autovacuum_enabled = false)");
    }

    /** Rows that were updated often are slow to read; everybody begins with new ones. */
    static void reset(TestPostgres postgres) {
        postgres.execute("TRUNCATE counters; INSERT INTO counters SELECT n, 0 FROM generate_series(0, %d) AS n"
                .formatted(2 * CALLERS - 1));
    }

    static long sum(TestPostgres postgres) {
        return postgres.queryLong("SELECT sum(n)::int8 FROM counters");
    }

    static int firstOf(int caller) {
        return 2 * caller;
    }

    static int secondOf(int caller) {
        return 2 * caller + 1;
    }
}
