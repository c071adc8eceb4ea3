package io.headrace.redis;

import java.util.List;

/** Opens near caches where the library behind them is there, without naming its types. */
final class NearCaches {

    /** So many proofs within the longest delay that one may come late, and one be lost on the way. */
    private static final int PROOFS = 4;

    private NearCaches() {}

    static <V> NearCache<V> open(String name, NearCacheConfig config, Timing timing, Connections connections) {
        String library = "com.github.benmanes.caffeine.cache.Caffeine";
        try {
            Class.forName(library, false, NearCaches.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new RedisInputException("Cache '" + name
                    + "' cannot keep values in this process (near) without com.github.ben-manes.caffeine:caffeine. Add"
                    + " it to the dependencies of your program, or leave near out.");
        }
        List<String> prefixes = List.of(name + ":", CacheStore.generationKey(name));
        return new NearCache<>(
                name,
                config,
                timing,
                listener -> connections.track(prefixes, config.maximumDelay().dividedBy(PROOFS), listener));
    }
}
