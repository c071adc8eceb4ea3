package io.headrace.redis;

import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A function whose results are cached in Redis; see {@link Cache} for what that means. Keep and share it: single flight
 * and counters are per object. Calls are lazy and cold.
 *
 * @param <K> the type of the argument
 * @param <V> the type of the result
 */
public final class MemoizedFunction<K, V> implements Function<K, Mono<V>> {

    private final Cache<K, V> cache;
    private final Function<? super K, ? extends Mono<? extends V>> function;

    MemoizedFunction(Cache<K, V> cache, Function<? super K, ? extends Mono<? extends V>> function) {
        this.cache = cache;
        this.function = function;
    }

    /**
     * The remembered result, or a new one.
     *
     * @param argument also the key of the result
     * @return as {@link Cache#get}
     */
    @Override
    public Mono<V> apply(K argument) {
        return cache.get(argument, function);
    }

    /**
     * The cache behind the function, for invalidation.
     *
     * @return the cache
     */
    public Cache<K, V> cache() {
        return cache;
    }

    /**
     * Counters since the function was made; cheap, and no I/O.
     *
     * @return the counters
     */
    public CacheSnapshot stats() {
        return cache.snapshot();
    }
}
