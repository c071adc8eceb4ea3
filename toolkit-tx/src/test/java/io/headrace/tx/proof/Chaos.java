package io.headrace.tx.proof;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Ends sessions and cuts links at random, on the thread of the test. */
final class Chaos {

    private static final String END_ONE =
            """
            SELECT pg_terminate_backend(pid) FROM (
                SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                ORDER BY random() LIMIT 1) AS victim""";

    private static final int LONGEST_PAUSE_MILLIS = 300;

    private Chaos() {}

    /** For this time, and on a slow machine for longer, until enough has been seen; not for ever. */
    static void on(Line line, Duration time, Random random, BooleanSupplier enough) {
        long start = System.nanoTime();
        long longest = time.plus(Line.LATER).toNanos();
        for (long past = 0;
                past < time.toNanos() || past < longest && !enough.getAsBoolean();
                past = System.nanoTime() - start) {
            LockSupport.parkNanos(
                    Duration.ofMillis(1 + random.nextInt(LONGEST_PAUSE_MILLIS)).toNanos());
            if (random.nextInt(3) == 0) {
                line.proxy.reset();
            } else {
                line.postgres.execute(END_ONE);
            }
        }
    }

    /** How long a test goes on: {@code -Dheadrace.stress.seconds=}, or the default. */
    static Duration time(int defaultSeconds) {
        return Duration.ofSeconds(Long.getLong("headrace.stress.seconds", defaultSeconds));
    }

    static long seed() {
        return Long.getLong("headrace.stress.seed", System.nanoTime());
    }
}
