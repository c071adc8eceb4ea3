package io.headrace.samples.flights;

import io.headrace.pool.PoolSnapshot;
import io.headrace.redis.CacheSnapshot;
import java.nio.file.Path;
import java.util.List;

/**
 * What the program has done.
 *
 * @param load what became of the rows
 * @param busiest the airports with the most flights, at most ten
 * @param lookups what became of the look-ups
 * @param reports how many report jobs were done and stored
 * @param pool the pool at the end
 * @param times of each step
 */
record Outcome(
        Load load,
        List<AirportReport> busiest,
        Lookups lookups,
        Reports reports,
        PoolSnapshot pool,
        List<Steps.Taken> times) {

    /**
     * What became of the rows.
     *
     * @param kept in the table
     * @param malformed lines that are no flights
     * @param refused flights that the database did not take
     * @param report the file that names each row left out
     */
    record Load(long kept, long malformed, long refused, Path report) {}

    /**
     * What became of the look-ups.
     *
     * @param answered airports found
     * @param first the cache after the first round, all at once on an empty cache
     * @param both the cache after the second round
     */
    record Lookups(long answered, CacheSnapshot first, CacheSnapshot both) {}

    /**
     * What became of the reports.
     *
     * @param airports that have flights
     * @param done jobs that succeeded
     * @param stored reports found in Redis afterwards
     */
    record Reports(long airports, long done, long stored) {}
}
