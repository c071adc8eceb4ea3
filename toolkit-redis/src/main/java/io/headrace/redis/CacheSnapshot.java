package io.headrace.redis;

import java.time.Duration;

/**
 * Counters of one {@link Cache} in this process. Hits and misses count callers (or keys, for many at once), the others
 * count what was done for them.
 *
 * @param hits callers that got a fresh stored answer
 * @param staleHits callers that got a stored value past its soft time to live
 * @param misses callers that waited for a load
 * @param loads calls of a loader, those of refreshes included
 * @param loadFailures loads that ended with an error or at the load timeout
 * @param refreshes loads that ran in the background, early ones included
 * @param earlyRefreshes refreshes that began while the value was still fresh
 * @param rejectedFills loaded values that were not stored because the key was invalidated or put meanwhile
 * @param oversized loaded values that were not stored because they were too large
 * @param redisFailures reads and writes that were skipped, failed or gave unreadable bytes
 * @param totalLoadTime sum over all loads that ended, cancelled ones included
 * @param near what was answered in this process; its hits are among {@code hits}
 */
public record CacheSnapshot(
        long hits,
        long staleHits,
        long misses,
        long loads,
        long loadFailures,
        long refreshes,
        long earlyRefreshes,
        long rejectedFills,
        long oversized,
        long redisFailures,
        Duration totalLoadTime,
        NearCacheSnapshot near) {

    /**
     * The share of callers that did not have to wait for a load.
     *
     * @return from 0 to 1; 0 when nobody has called
     */
    public double hitRatio() {
        long answered = hits + staleHits;
        long all = answered + misses;
        return all == 0 ? 0 : (double) answered / all;
    }

    /**
     * The mean time of a load.
     *
     * @return the time; zero when there was none
     */
    public Duration averageLoadTime() {
        return loads == 0 ? Duration.ZERO : totalLoadTime.dividedBy(loads);
    }
}
