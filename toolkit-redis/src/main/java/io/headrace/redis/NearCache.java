package io.headrace.redis;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Decoded values of one cache in this process, for as long as every change of them is heard of. Safe for use by any thread. */
final class NearCache<V> implements KeyTracking.Listener {

    /*
     * A value may be given only if nothing was heard of its key since before it was asked for. Each key has a count of changes, which
     * it shares with others. Who reads takes a Place first, which remembers the count; the entry bears it, and is of no use once
     * the count is another. So a change only counts, whatever is being put at that moment, and nothing has to be looked
     * up by the text in which changes are told: entries are found by the keys of the program. Now and then an entry is
     * given up because of another key.
     *
     * All is thrown away by taking a new map: places for the old one lead nowhere. There is no map while changes are
     * not heard of.
     */

    private static final Logger LOG = LoggerFactory.getLogger(NearCache.class);

    private static final int LEAST_COUNTS = 1 << 10;
    private static final int MOST_COUNTS = 1 << 20;

    /**
     * What is kept of one key.
     *
     * @param value or null when there is known to be none
     * @param answer the value, ready for its callers
     * @param until in the nanoseconds of {@link Timing}
     * @param index of its count of changes
     * @param count at the moment of the question
     */
    record Entry<V>(@Nullable V value, Mono<V> answer, long until, int index, int count) {}

    /** Where a value that is now asked for may be kept. */
    final class Place {
        private final Cache<Object, Entry<V>> map;
        private final Object key;
        private final int index;
        private final int count;

        private Place(Cache<Object, Entry<V>> map, Object key, String full) {
            this.map = map;
            this.key = key;
            this.index = index(full);
            this.count = changes.get(index);
        }

        /** Keeps the answer, null for a known absence; of no use if the key changed or all was thrown away meanwhile. */
        void keep(@Nullable V value, long nanos) {
            long age = Math.min(nanos, maximumAge);
            if (age > 0) {
                map.put(key, new Entry<>(value, Mono.justOrEmpty(value), timing.nanos() + age, index, count));
            }
        }
    }

    private final String name;
    private final NearCacheConfig config;
    private final Timing timing;
    private final long maximumAge;
    private final long maximumDelay;
    private final Consumer<KeyTracking.Listener> tracking;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicIntegerArray changes;
    private final LongAdder hits = new LongAdder();
    private final LongAdder heard = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private volatile @Nullable Cache<Object, Entry<V>> entries; // written under this
    private volatile long provenAt;

    /** @param tracking called once, when the first value is asked for, to begin with telling of changes */
    NearCache(String name, NearCacheConfig config, Timing timing, Consumer<KeyTracking.Listener> tracking) {
        this.name = name;
        this.config = config;
        this.timing = timing;
        this.maximumAge = config.maximumAge().toNanos();
        this.maximumDelay = config.maximumDelay().toNanos();
        this.tracking = tracking;
        int wanted = Math.max(LEAST_COUNTS, Math.min(MOST_COUNTS, 4 * Math.min(MOST_COUNTS, config.maximumEntries())));
        this.changes = new AtomicIntegerArray(Integer.highestOneBit(wanted));
    }

    private int index(String full) {
        int hash = full.hashCode();
        return (hash ^ hash >>> 16) & changes.length() - 1;
    }

    /** What may be given for a key now, or null. */
    @Nullable
    Entry<V> get(Object key) {
        Cache<Object, Entry<V>> map = entries;
        Entry<V> entry = map == null ? null : map.getIfPresent(key);
        if (map == null || entry == null) {
            return null;
        }
        long now = timing.nanos();
        if (now - entry.until() >= 0 || changes.get(entry.index()) != entry.count()) {
            map.asMap().remove(key, entry);
            return null;
        }
        if (now - provenAt > maximumDelay) {
            return null;
        }
        hits.increment();
        return entry;
    }

    /** To be called before the value is asked for; null while nothing may be kept. */
    @Nullable
    Place reserve(Object key, String full) {
        if (!started.get() && started.compareAndSet(false, true)) {
            tracking.accept(this);
        }
        Cache<Object, Entry<V>> map = entries;
        return map == null ? null : new Place(map, key, full);
    }

    /** A key that this process has changed, or that another one has. */
    void forget(String full) {
        changes.incrementAndGet(index(full));
    }

    synchronized void forgetAll() {
        if (entries != null) {
            flushes.increment();
            entries = newMap();
        }
    }

    private Cache<Object, Entry<V>> newMap() {
        // on the thread that caused it: the work is short, and a pool would be one more thing to end
        return Caffeine.newBuilder()
                .maximumSize(config.maximumEntries())
                .executor(Runnable::run)
                .build();
    }

    @Override
    public synchronized void began() {
        entries = newMap();
    }

    @Override
    public synchronized void ended() {
        if (entries != null) {
            flushes.increment();
            entries = null;
        }
    }

    @Override
    public void changed(String key) {
        heard.increment();
        if (key.equals(CacheStore.generationKey(name))) {
            forgetAll();
        } else {
            forget(key);
        }
    }

    @Override
    public void allChanged() {
        forgetAll();
    }

    @Override
    public void proven(long moment) {
        provenAt = moment;
    }

    @Override
    public void refused(Throwable error) {
        LOG.warn(
                "cache '{}': nothing is kept in this process, because the server refuses to tell of changes. Allow CLIENT"
                        + " TRACKING, or do without near.",
                name,
                error);
    }

    NearCacheSnapshot snapshot() {
        Cache<Object, Entry<V>> map = entries;
        return new NearCacheSnapshot(
                map != null, map == null ? 0 : map.estimatedSize(), hits.sum(), heard.sum(), flushes.sum());
    }
}
