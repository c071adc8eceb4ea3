package io.headrace.redis;

import io.headrace.redis.CacheStore.Lease;
import io.headrace.redis.CacheStore.Mode;
import io.headrace.redis.CacheStore.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One call for many keys: what is stored, and one load for all the rest. */
final class CacheBulk<K, V> {

    /** Keys per read, and scripts under way at once. */
    private static final int CHUNK = 256;

    private final CacheStore store;
    private final CacheReader<V> reader;
    private final CacheFilling<V> filling;
    private final CacheCounters counters;
    private final Timing timing;
    private final @Nullable NearCache<V> near;
    private final Map<String, K> wanted;
    private final Function<? super Collection<K>, ? extends Mono<? extends Map<K, ? extends V>>> loader;

    private final Map<String, V> found = new ConcurrentHashMap<>();
    private final Map<String, byte[]> leases = new ConcurrentHashMap<>();
    private final List<String> missing = new ArrayList<>();

    CacheBulk(
            CacheStore store,
            CacheReader<V> reader,
            CacheFilling<V> filling,
            CacheCounters counters,
            Timing timing,
            @Nullable NearCache<V> near,
            Map<String, K> wanted,
            Function<? super Collection<K>, ? extends Mono<? extends Map<K, ? extends V>>> loader) {
        this.store = store;
        this.reader = reader;
        this.filling = filling;
        this.counters = counters;
        this.timing = timing;
        this.near = near;
        this.wanted = wanted;
        this.loader = loader;
    }

    Mono<Map<K, V>> run() {
        return Flux.fromIterable(wanted.keySet())
                .filter(full -> !isHere(full))
                .buffer(CHUNK)
                .concatMap(this::read)
                .then(Mono.defer(this::load))
                .then(Mono.fromSupplier(this::result))
                .doOnError(error -> releaseAll())
                .doOnCancel(this::releaseAll);
    }

    private boolean isHere(String full) {
        NearCache.Entry<V> here = near == null ? null : near.get(key(full));
        V value = here == null ? null : here.value();
        if (value != null) {
            found.put(full, value);
        }
        return here != null;
    }

    private Mono<Void> read(List<String> chunk) {
        NearCache<V> kept = near;
        List<NearCache<V>.@Nullable Place> places = new ArrayList<>(chunk.size());
        chunk.forEach(full -> places.add(kept == null ? null : kept.reserve(key(full), full)));
        return reader.read(chunk).flatMap(reading -> sort(chunk, places, reading));
    }

    private Mono<Void> sort(List<String> chunk, List<NearCache<V>.@Nullable Place> places, Reading reading) {
        if (reading == Reading.NONE) {
            missing.addAll(chunk);
            return Mono.empty();
        }
        List<String> absent = new ArrayList<>();
        for (int i = 0; i < chunk.size(); i++) {
            CacheEntry entry = reading.entries().get(i);
            if (entry == null || !take(chunk.get(i), places.get(i), entry)) {
                absent.add(chunk.get(i));
            }
        }
        return Flux.fromIterable(absent)
                .flatMap(full -> lease(full, reading.generation()), CHUNK)
                .then();
    }

    private boolean take(String full, NearCache<V>.@Nullable Place place, CacheEntry entry) {
        Optional<V> value = filling.decode(full, entry);
        value.ifPresent(stored -> found.put(full, stored));
        if (value.isEmpty() && !entry.isAbsent()) {
            return false;
        }
        boolean stale = reader.isStaleOrRefreshed(full, entry, one(full));
        (stale ? counters.staleHits : counters.hits).increment();
        if (!stale) {
            reader.keep(place, value, entry);
        }
        return true;
    }

    private Mono<V> one(String full) {
        K key = key(full);
        return Mono.defer(() -> loader.apply(List.of(key))).flatMap(loaded -> Mono.justOrEmpty(loaded.get(key)));
    }

    private Mono<Lease> lease(String full, long generation) {
        byte[] token = store.newToken();
        return filling.lease(full, generation, token, Mode.FILL, null).doOnNext(lease -> {
            CacheEntry answer = lease.answer();
            if (answer != null && take(full, null, answer)) {
                return;
            }
            if (lease.state() == CacheScripts.GRANTED) {
                leases.put(full, token);
            }
            synchronized (missing) {
                missing.add(full);
            }
        });
    }

    private Mono<Void> load() {
        if (missing.isEmpty()) {
            return Mono.empty();
        }
        counters.misses.add(missing.size());
        List<K> keys = missing.stream().map(this::key).toList();
        long start = timing.nanos();
        Mono<Map<K, ? extends V>> all = Mono.defer(() -> loader.apply(keys))
                .<Map<K, ? extends V>>map(Function.identity())
                .defaultIfEmpty(Map.of());
        return filling.timed(missing.size() == 1 ? missing.get(0) : missing.get(0) + "' and others '", all)
                .flatMapMany(loaded -> {
                    long took = timing.nanos() - start;
                    return Flux.fromIterable(missing).flatMap(full -> keep(full, loaded, took), CHUNK);
                })
                .then();
    }

    private Mono<Void> keep(String full, Map<K, ? extends V> loaded, long took) {
        Optional<V> value = Optional.ofNullable(loaded.get(key(full)));
        value.ifPresent(given -> found.put(full, given));
        byte[] token = leases.remove(full);
        return token == null ? Mono.empty() : filling.store(full, token, value, took);
    }

    private void releaseAll() {
        leases.forEach((full, token) -> filling.release(full, token, false));
    }

    private Map<K, V> result() {
        Map<K, V> result = new LinkedHashMap<>();
        wanted.forEach((full, key) -> {
            V value = found.get(full);
            if (value != null) {
                result.put(key, value);
            }
        });
        return result;
    }

    private K key(String full) {
        K key = wanted.get(full);
        if (key == null) {
            throw new IllegalStateException("Key '" + full + "' was not asked for.");
        }
        return key;
    }
}
