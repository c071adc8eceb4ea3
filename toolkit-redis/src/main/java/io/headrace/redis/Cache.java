package io.headrace.redis;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A read-through cache in Redis with one load per key in this process, however many callers ask at once.
 *
 * <p>Concurrent {@link #get} calls for one key share one flight: one read of Redis and, on a miss, one load and one
 * write. The flight runs in the Reactor context of the caller that started it. A caller that cancels leaves the flight;
 * when the last one has left, the load is cancelled. Values and errors reach all callers of the flight; errors and
 * empty results are not cached, so the next call loads again.
 *
 * <p>The cache fails open: when Redis is down, slow or holds bytes that cannot be decoded, {@link #get} loads and
 * {@link CacheSnapshot#redisFailures()} counts it. Signals come on an event loop of the toolkit or on the thread of the
 * loader, and the loader is called on the former: it must not block.
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
     * Reads a value without loading and without counting it. Lazy and cold.
     *
     * @param key of the value
     * @return the value; empty when there is none or Redis cannot be read
     */
    Mono<V> peek(K key);

    /**
     * Stores a value. A flight under way in this process still answers its callers but no longer stores its result.
     * Lazy and cold.
     *
     * @param key of the value
     * @param value not null
     * @return completion, or a {@link RedisException}: a write that failed is not hidden
     */
    Mono<Void> put(K key, V value);

    /**
     * Removes a value. A flight under way in this process still answers its callers but no longer stores its result; a
     * load in another process may. Lazy and cold.
     *
     * @param key of the value
     * @return completion, or a {@link RedisException}: the old value may then stay until it expires
     */
    Mono<Void> invalidate(K key);

    /**
     * Counters since the cache was made; cheap, and no I/O.
     *
     * @return the counters
     */
    CacheSnapshot snapshot();
}
