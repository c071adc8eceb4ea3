package io.headrace.redis;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A read-through cache in Redis with one load per key, however many callers ask at once, in this process and in others.
 *
 * <p>Concurrent {@link #get} calls for one key share one flight: one read of Redis and, on a miss, one load and one
 * write. The flight runs in the Reactor context of the caller that started it. A caller that cancels leaves the flight;
 * when the last one has left, the load is cancelled. Values and errors reach all callers of the flight; errors are not
 * cached, and empty results only with {@link CacheConfig#negativeTtl()}.
 *
 * <p>A process loads under a lease, a token in Redis. Others wait for it, at most {@link CacheConfig#fillWait()}, and
 * then load themselves. What was loaded is stored only while its token is there, and {@link #put}, {@link #invalidate} and
 * {@link #invalidateAll} take it away: once they have completed, nothing that was loaded before them is stored, by any
 * process. A call of {@link #get} that begins after them in another process may still join a load that is under way there.
 *
 * <p>The cache fails open: when Redis is down, slow or holds bytes that cannot be decoded, {@link #get} loads and
 * {@link CacheSnapshot#redisFailures()} counts it; after five failures in a row Redis is asked only once a second until it
 * answers. Signals come on an event loop of the toolkit or on the thread of the loader, and the loader is called on the
 * former: it must not block. Loads in the background ({@link CacheConfig#softTtl()}, {@link CacheConfig#earlyRefresh()})
 * run in an empty Reactor context, at most 256 at once, and their errors are only counted.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public interface Cache<K, V> {

    /**
     * Reads a value, or loads and stores it. Lazy and cold.
     *
     * @param key turned into text; see {@link RedisToolkit#cache}
     * @param loader called on a miss; at most {@link CacheConfig#loadTimeout()} may pass until its result
     * @return the value; empty when the loader gave none; an error of the loader as it is, or
     *     {@link CacheLoadTimeoutException}
     */
    Mono<V> get(K key, Function<? super K, ? extends Mono<? extends V>> loader);

    /**
     * Reads many values, and loads those that are missing with one call. Keys that others load just now are not waited for:
     * they are loaded too and not stored. Lazy and cold.
     *
     * @param keys repeated ones are read once
     * @param loader called with the missing keys unless there are none; keys it gives no value for count as empty. For
     *     refreshes it is called with one key
     * @return a map of those that were found or loaded, in the order of the keys; errors as with {@link #get}
     */
    Mono<Map<K, V>> getAll(
            Collection<? extends K> keys,
            Function<? super Collection<K>, ? extends Mono<? extends Map<K, ? extends V>>> loader);

    /**
     * Reads a value without loading and without counting it. Lazy and cold.
     *
     * @param key of the value
     * @return the value; empty when there is none or Redis cannot be read
     */
    Mono<V> peek(K key);

    /**
     * Stores a value. A load under way, in any process, still answers its callers but is not stored. Lazy and cold.
     *
     * @param key of the value
     * @param value not null
     * @return completion, or a {@link RedisException}: a write that failed is not hidden
     */
    Mono<Void> put(K key, V value);

    /**
     * Removes a value. A load under way, in any process, still answers its callers but is not stored. Lazy and cold.
     *
     * @param key of the value
     * @return completion, or a {@link RedisException}: the old value may then stay until it expires
     */
    Mono<Void> invalidate(K key);

    /**
     * Makes all values of this cache invalid at once, by a new generation; their memory is freed as they expire. Loads
     * under way, in any process, still answer their callers but count as invalid. Lazy and cold.
     *
     * @return completion, or a {@link RedisException}: the old values may then stay until they expire
     */
    Mono<Void> invalidateAll();

    /**
     * Removes a value after the current transaction has been committed, so that no reader caches what is not there yet or
     * no longer. Lazy and cold. For example {@code cache.invalidateAfterCommit(tx::afterCommit, 42L)}.
     *
     * @param afterCommit registers work to be done after the commit, and completes once it is registered
     * @param key of the value; a bad one is an error at once
     * @return what {@code afterCommit} returns
     */
    Mono<Void> invalidateAfterCommit(Function<? super Mono<Void>, ? extends Mono<Void>> afterCommit, K key);

    /**
     * Counters since the cache was made; cheap, and no I/O.
     *
     * @return the counters
     */
    CacheSnapshot snapshot();
}
