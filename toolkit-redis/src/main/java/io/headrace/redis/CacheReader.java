package io.headrace.redis;

import io.headrace.redis.CacheStore.Mode;
import io.headrace.redis.CacheStore.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides what a stored entry is good for: an answer, an answer that is loaded anew, or a load. */
final class CacheReader<V> {

    private final CacheStore store;
    private final CacheConfig config;
    private final Timing timing;
    private final CacheFilling<V> filling;
    private final RedisGuard guard;
    private final @Nullable NearCache<V> near;

    CacheReader(
            CacheStore store,
            CacheConfig config,
            Timing timing,
            CacheFilling<V> filling,
            RedisGuard guard,
            @Nullable NearCache<V> near) {
        this.store = store;
        this.config = config;
        this.timing = timing;
        this.filling = filling;
        this.guard = guard;
        this.near = near;
    }

    /** One value for a read that failed too. */
    Mono<Reading> read(List<String> fullKeys) {
        return guard.tolerant(fullKeys.get(0), () -> store.read(fullKeys)).defaultIfEmpty(Reading.NONE);
    }

    /** Reads, and loads if need be; to be subscribed to at once. */
    Mono<V> get(Object key, String full, Flight<V> flight, CacheCounters counters, Mono<V> loader) {
        NearCache<V>.Place place = near == null ? null : near.reserve(key, full);
        return read(List.of(full)).flatMap(reading -> {
            Runnable waiting = () -> flight.countAs(counters.misses);
            if (reading == Reading.NONE) {
                waiting.run();
                return filling.timed(full, loader);
            }
            CacheEntry entry = reading.entries().get(0);
            if (entry == null) {
                return filling.fill(full, reading.generation(), Mode.FILL, waiting, loader);
            }
            Optional<V> value = filling.decode(full, entry);
            if (value.isEmpty() && !entry.isAbsent()) {
                return filling.fill(full, reading.generation(), Mode.REPLACE, waiting, loader);
            }
            if (isStaleOrRefreshed(full, entry, loader)) {
                flight.countAs(counters.staleHits);
            } else {
                keep(place, value, entry);
            }
            return Mono.justOrEmpty(value);
        });
    }

    /** Keeps a fresh answer in this process, if there is a place, until it is time to think of a refresh. */
    void keep(NearCache<V>.@Nullable Place place, Optional<V> value, CacheEntry entry) {
        if (place != null) {
            long left = entry.freshUntil() - store.serverMillis() - (long) early(entry);
            place.keep(value.orElse(null), Duration.ofMillis(left).toNanos());
        }
    }

    /** Begins a refresh when it is time; true when the entry is stale. */
    boolean isStaleOrRefreshed(String full, CacheEntry entry, Mono<V> loader) {
        if (config.softTtl().isEmpty() && config.earlyRefresh().isEmpty()) {
            return false;
        }
        long left = entry.freshUntil() - store.serverMillis();
        boolean stale = left <= 0 && config.softTtl().isPresent();
        if (stale || isDueEarly(entry, left)) {
            filling.refresh(full, entry.generation(), !stale, loader);
        }
        return stale;
    }

    private boolean isDueEarly(CacheEntry entry, long left) {
        return config.earlyRefresh().isPresent() && early(entry) >= left;
    }

    /** How many ms before its end a refresh of the entry is due, drawn anew by each reader; 0 without early refreshes. */
    private double early(CacheEntry entry) {
        // 1 - random is never 0
        return config.earlyRefresh().isEmpty()
                ? 0
                : -entry.cost()
                        * config.earlyRefresh().getAsDouble()
                        * Math.log(1 - timing.random().getAsDouble());
    }
}
