package io.headrace.redis;

import io.headrace.redis.CacheStore.Lease;
import io.headrace.redis.CacheStore.Mode;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Loads what the cache does not have. A load is stored only under a lease: a token in the entry, which every put and
 * invalidation removes, so that what was read before them cannot be stored after them.
 */
final class CacheFilling<V> {

    private static final Logger LOG = LoggerFactory.getLogger(CacheFilling.class);

    /** Refreshes at the same time; more would be a load that nobody waits for and nobody bounds. */
    private static final int MAX_REFRESHES = 256;

    private static final Backoff POLLS = new Backoff(Duration.ofMillis(5), Duration.ofMillis(100));

    private final CacheStore store;
    private final KeySpace<V> keys;
    private final CacheConfig config;
    private final Timing timing;
    private final CacheCounters counters;
    private final RedisGuard guard;
    private final Set<String> refreshing = ConcurrentHashMap.newKeySet();

    CacheFilling(
            CacheStore store,
            KeySpace<V> keys,
            CacheConfig config,
            Timing timing,
            CacheCounters counters,
            RedisGuard guard) {
        this.store = store;
        this.keys = keys;
        this.config = config;
        this.timing = timing;
        this.counters = counters;
        this.guard = guard;
    }

    /**
     * Gets a lease and loads under it, or waits for whoever holds it. {@code waiting} is run before the first wait or load.
     */
    Mono<V> fill(String full, long generation, Mode mode, Runnable waiting, Mono<V> loader) {
        return Mono.defer(() -> {
            byte[] token = store.newToken();
            long start = timing.nanos();
            byte[][] awaited = new byte[1][];
            Mono<Lease> polled = Mono.defer(() -> lease(full, generation, token, mode, null))
                    .filter(lease -> {
                        if (lease.state() != CacheScripts.DENIED) {
                            return true;
                        }
                        waiting.run();
                        awaited[0] = awaited[0] == null ? lease.holder() : awaited[0];
                        return false;
                    })
                    .repeatWhenEmpty(polls -> polls.takeWhile(n ->
                                    timing.nanos() - start < config.fillWait().toNanos())
                            .concatMap(n -> Mono.delay(POLLS.delay(n.intValue() + 1, timing), timing.scheduler())));
            return polled.switchIfEmpty(Mono.defer(() -> lease(full, generation, token, Mode.TAKE, awaited[0])))
                    .flatMap(lease -> answer(full, generation, lease, token, waiting, loader));
        });
    }

    private Mono<V> answer(String full, long generation, Lease lease, byte[] token, Runnable waiting, Mono<V> loader) {
        CacheEntry stored = lease.answer();
        if (stored != null) {
            Optional<V> value = decode(full, stored);
            return value.isPresent() || stored.isAbsent()
                    ? Mono.justOrEmpty(value)
                    : fill(full, generation, Mode.REPLACE, waiting, loader);
        }
        waiting.run();
        return lease.state() == CacheScripts.GRANTED ? loadAndStore(full, token, loader) : timed(full, loader);
    }

    /** Asks for a lease; one that is granted to somebody who has left meanwhile is given back. */
    Mono<Lease> lease(String full, long generation, byte[] token, Mode mode, byte @Nullable [] awaited) {
        Mono<Lease> asked = guard.tolerant(
                        full, () -> store.lease(full, generation, token, config.loadTimeout(), mode, awaited))
                .defaultIfEmpty(Lease.NONE);
        return Mono.create(sink -> {
            AtomicBoolean left = new AtomicBoolean();
            sink.onCancel(() -> left.set(true));
            asked.subscribe(
                    lease -> {
                        sink.success(lease);
                        if (left.get() && lease.state() == CacheScripts.GRANTED) {
                            release(full, token, false);
                        }
                    },
                    sink::error);
        });
    }

    /** Loads for a lease that is held, and stores the result; every other end gives the lease back. */
    private Mono<V> loadAndStore(String full, byte[] token, Mono<V> loader) {
        return Mono.defer(() -> {
            long start = timing.nanos();
            return timed(full, loader)
                    .map(Optional::of)
                    .defaultIfEmpty(Optional.empty())
                    .doOnError(error -> release(full, token, false))
                    .flatMap(result ->
                            store(full, token, result, timing.nanos() - start).then(Mono.justOrEmpty(result)))
                    .doOnCancel(() -> release(full, token, false));
        });
    }

    /** Stores the result of a load, nothing included, as far as the settings allow. Tolerant. */
    Mono<Void> store(String full, byte[] token, Optional<V> result, long loadNanos) {
        return Mono.defer(() -> {
            if (result.isEmpty()) {
                return config.negativeTtl()
                        .map(negative -> write(
                                full,
                                token,
                                CacheEntry.ABSENT,
                                CacheTimes.ofAbsence(negative, config, timing, loadNanos),
                                new byte[0]))
                        .orElseGet(() -> drop(full, token));
            }
            byte[] payload = encoded(full, result.get());
            return payload == null
                    ? drop(full, token)
                    : write(full, token, CacheEntry.VALUE, CacheTimes.of(config, timing, loadNanos), payload);
        });
    }

    private byte @Nullable [] encoded(String full, V value) {
        try {
            byte[] payload = keys.encode(full, value);
            if (payload.length <= config.maxValueBytes()) {
                return payload;
            }
            counters.oversized.increment();
        } catch (RedisInputException e) {
            counters.oversized.increment();
        } catch (RedisCodecException e) {
            counters.redisFailures.increment();
            LOG.debug("cache key '{}': the loaded value was not stored", full, e);
        }
        return null;
    }

    private Mono<Void> write(String full, byte[] token, int kind, CacheTimes times, byte[] payload) {
        return guard.tolerant(full, () -> store.fill(full, token, kind, times, payload))
                .doOnNext(accepted -> {
                    if (!accepted) {
                        counters.rejectedFills.increment();
                    }
                })
                .then();
    }

    private Mono<Void> drop(String full, byte[] token) {
        return guard.tolerant(full, () -> store.release(full, token, true)).then();
    }

    /** Gives a lease back without anybody waiting for it; if that fails, its time ends it. */
    void release(String full, byte[] token, boolean removeAnswer) {
        guard.tolerant(full, () -> store.release(full, token, removeAnswer))
                .subscribe(released -> {}, error -> LOG.debug("cache key '{}': a lease was left behind", full, error));
    }

    /** Loads anew in the background, unless that is under way here or elsewhere. */
    void refresh(String full, long generation, boolean early, Mono<V> loader) {
        if (refreshing.size() >= MAX_REFRESHES || !refreshing.add(full)) {
            return;
        }
        byte[] token = store.newToken();
        lease(full, generation, token, Mode.REFRESH, null)
                .filter(lease -> lease.state() == CacheScripts.GRANTED)
                .flatMap(lease -> {
                    counters.refreshes.increment();
                    if (early) {
                        counters.earlyRefreshes.increment();
                    }
                    return loadAndStore(full, token, loader);
                })
                .doFinally(end -> refreshing.remove(full))
                .subscribe(loaded -> {}, error -> LOG.debug("cache key '{}': a refresh failed", full, error));
    }

    /** The loader with its limit and its counters. */
    <T> Mono<T> timed(String what, Mono<T> loader) {
        return Mono.defer(() -> {
            long start = timing.nanos();
            counters.loads.increment();
            return loader.timeout(config.loadTimeout(), late(what), timing.scheduler())
                    .doOnError(error -> counters.loadFailures.increment())
                    .doFinally(end -> counters.loadNanos.add(timing.nanos() - start));
        });
    }

    private <T> Mono<T> late(String what) {
        return Mono.error(() -> new CacheLoadTimeoutException("The load for cache key '" + what
                + "' gave no result within " + Wording.duration(config.loadTimeout())
                + " and was cancelled. Look for what is slow behind the loader, or raise loadTimeout."));
    }

    /** The value; nothing for an absence, and for bytes that cannot be decoded, which are counted. */
    Optional<V> decode(String full, CacheEntry entry) {
        if (entry.isAbsent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(keys.decode(full, entry.payload()));
        } catch (RedisCodecException e) {
            counters.redisFailures.increment();
            LOG.debug("cache key '{}': the stored bytes are of no use", full, e);
            return Optional.empty();
        }
    }
}
