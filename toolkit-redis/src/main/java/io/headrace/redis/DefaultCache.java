package io.headrace.redis;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

final class DefaultCache<K, V> implements Cache<K, V> {

    private final KeySpace<V> keys;
    private final Function<@Nullable K, @Nullable String> keyText;
    private final CacheConfig config;
    private final Timing timing;
    private final CacheCounters counters = new CacheCounters();
    private final CacheStore store;
    private final CacheFilling<V> filling;
    private final CacheReader<V> reader;
    private final @Nullable NearCache<V> near;
    private final ConcurrentMap<String, Flight<V>> flights = new ConcurrentHashMap<>();

    DefaultCache(
            Commands commands,
            KeySpace<V> keys,
            Function<@Nullable K, @Nullable String> keyText,
            CacheConfig config,
            Timing timing,
            @Nullable NearCache<V> near) {
        this.keys = keys;
        this.keyText = keyText;
        this.config = config;
        this.timing = timing;
        this.near = near;
        this.store = new CacheStore(commands, CommandLimit.ofTolerant(config.redisTimeout()), timing, keys.namespace());
        RedisGuard guard = new RedisGuard(commands, timing, config.failOnRedisErrors(), counters.redisFailures);
        this.filling = new CacheFilling<>(store, keys, config, timing, counters, guard);
        this.reader = new CacheReader<>(store, config, timing, filling, guard, near);
    }

    @Override
    public Mono<V> get(K key, Function<? super K, ? extends Mono<? extends V>> loader) {
        return Mono.defer(() -> {
            // found by the key itself: making its text would take longer than finding it
            NearCache.Entry<V> here = near == null || key == null ? null : near.get(key);
            return here == null ? Mono.create(caller -> join(full(key), key, loader, caller)) : here.answer();
        });
    }

    private void join(String full, K key, Function<? super K, ? extends Mono<? extends V>> loader, MonoSink<V> caller) {
        while (true) {
            Flight<V> current = flights.get(full);
            if (current != null && current.join(caller)) {
                return;
            }
            Flight<V> fresh = new Flight<>(counters.hits, (ended, callers) -> landed(full, ended, callers));
            if (current == null ? flights.putIfAbsent(full, fresh) == null : flights.replace(full, current, fresh)) {
                // another caller may have joined, left and so ended the flight before its own starter got here
                if (fresh.join(caller)) {
                    Mono<V> load = Mono.defer(() -> loader.apply(key).map(Function.identity()));
                    fresh.start(reader.get(key, full, fresh, counters, load), caller);
                    return;
                }
            }
        }
    }

    private void landed(String full, Flight<V> flight, int callers) {
        flights.remove(full, flight);
        flight.countedAs().add(callers);
    }

    private String full(@Nullable K key) {
        return keys.key(keyText.apply(key));
    }

    @Override
    public Mono<Map<K, V>> getAll(
            Collection<? extends K> wanted,
            Function<? super Collection<K>, ? extends Mono<? extends Map<K, ? extends V>>> loader) {
        return Mono.defer(() -> {
            Map<String, K> byText = new LinkedHashMap<>();
            wanted.forEach(key -> byText.put(full(key), key));
            return new CacheBulk<K, V>(store, reader, filling, counters, timing, near, byText, loader).run();
        });
    }

    @Override
    public Mono<V> peek(K key) {
        return Mono.defer(() -> {
            String full = full(key);
            return reader.read(List.of(full)).flatMap(reading -> {
                CacheEntry entry =
                        reading.entries().isEmpty() ? null : reading.entries().get(0);
                return entry == null ? Mono.empty() : Mono.justOrEmpty(filling.decode(full, entry));
            });
        });
    }

    @Override
    public Mono<Void> put(K key, V value) {
        return Mono.defer(() -> {
            String full = full(key);
            byte[] payload = keys.encode(full, value);
            if (payload.length > config.maxValueBytes()) {
                throw new RedisInputException("The value for cache key '" + full + "' has " + payload.length
                        + " bytes (limit " + config.maxValueBytes() + "). Split it, or raise maxValueBytes.");
            }
            return store.put(full, CacheTimes.of(config, timing, 0), payload).doOnTerminate(() -> forget(full));
        });
    }

    @Override
    public Mono<Void> invalidate(K key) {
        return Mono.defer(() -> remove(full(key)));
    }

    private Mono<Void> remove(String full) {
        return store.remove(full).doOnTerminate(() -> forget(full));
    }

    @Override
    public Mono<Void> invalidateAll() {
        return Mono.defer(() -> store.removeAll().doOnTerminate(this::forgetAll));
    }

    @Override
    public Mono<Void> invalidateAfterCommit(Function<? super Mono<Void>, ? extends Mono<Void>> afterCommit, K key) {
        return Mono.defer(() -> {
            String full = full(key);
            return afterCommit.apply(remove(full));
        });
    }

    /** Later callers start a flight of their own: this one may hold what was read before the change. */
    private void forget(String full) {
        if (near != null) {
            near.forget(full);
        }
        flights.remove(full);
    }

    private void forgetAll() {
        if (near != null) {
            near.forgetAll();
        }
        flights.clear();
    }

    @Override
    public CacheSnapshot snapshot() {
        return counters.snapshot(near == null ? NearCacheSnapshot.NONE : near.snapshot());
    }
}
