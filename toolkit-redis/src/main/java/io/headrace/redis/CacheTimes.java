package io.headrace.redis;

import java.time.Duration;

/**
 * The times of one entry.
 *
 * @param freshMillis how long it is fresh
 * @param liveMillis how long it stays
 * @param costMillis what its load took
 */
record CacheTimes(long freshMillis, long liveMillis, long costMillis) {

    private static final long MOST = 0xFFFF_FFFFL;

    static CacheTimes of(CacheConfig config, Timing timing, long loadNanos) {
        long live = timing.jitter(config.ttl(), config.ttlJitter()).toMillis();
        long fresh = config.softTtl()
                .map(soft ->
                        Math.min(live, timing.jitter(soft, config.ttlJitter()).toMillis()))
                .orElse(live);
        return new CacheTimes(fresh, live, cost(loadNanos));
    }

    static CacheTimes ofAbsence(Duration negativeTtl, CacheConfig config, Timing timing, long loadNanos) {
        long live = timing.jitter(negativeTtl, config.ttlJitter()).toMillis();
        return new CacheTimes(live, live, cost(loadNanos));
    }

    private static long cost(long nanos) {
        return Math.min(MOST, Math.max(1, nanos / 1_000_000));
    }
}
