package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link CacheSnapshot}. */
final class CacheCounters {

    final LongAdder hits = new LongAdder();
    final LongAdder staleHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder earlyRefreshes = new LongAdder();
    final LongAdder rejectedFills = new LongAdder();
    final LongAdder oversized = new LongAdder();
    final LongAdder redisFailures = new LongAdder();
    final LongAdder loadNanos = new LongAdder();

    CacheSnapshot snapshot(NearCacheSnapshot near) {
        return new CacheSnapshot(
                hits.sum() + near.hits(),
                staleHits.sum(),
                misses.sum(),
                loads.sum(),
                loadFailures.sum(),
                refreshes.sum(),
                earlyRefreshes.sum(),
                rejectedFills.sum(),
                oversized.sum(),
                redisFailures.sum(),
                Duration.ofNanos(loadNanos.sum()),
                near);
    }
}
