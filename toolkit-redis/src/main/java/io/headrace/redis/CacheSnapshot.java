package io.headrace.redis;

import java.time.Duration;

/**
 * Counters of one {@link Cache} in this process. Hits and misses count callers, the others count flights.
 *
 * @param hits callers that got a stored value
 * @param misses callers that waited for a load
 * @param loads calls of a loader
 * @param loadFailures loads that ended with an error or at the load timeout
 * @param redisFailures reads and writes that were skipped, failed or gave unreadable bytes
 * @param totalLoadTime sum over all loads that ended, cancelled ones included
 */
public record CacheSnapshot(
        long hits, long misses, long loads, long loadFailures, long redisFailures, Duration totalLoadTime) {}
