package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.redis.Cache;
import java.time.Duration;
import java.util.Objects;
import org.redisson.api.RMapCacheReactive;
import org.springframework.cache.Cache.ValueWrapper;
import org.springframework.data.redis.cache.RedisCache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads of cached values, all of them hits; the figure is the length of what was read. */
final class CacheHitContest {

    private static final int KEYS = 1_000;
    private static final String VALUE = "0123456789abcdef".repeat(8);

    private CacheHitContest() {}

    static Standings run(RedisPeers peers, Rounds rounds, int callerCount, int calls) throws Exception {
        Cache<Integer, String> headrace =
                peers.headrace.cache("cached", Integer.class, String.class, c -> c.ttl(Duration.ofHours(1))
                        .redisTimeout(Duration.ofSeconds(5)));
        RedisCache spring = spring(peers);
        RMapCacheReactive<String, String> redisson = peers.redisson.getMapCache("cachedByRedisson");
        Flux.range(0, KEYS)
                .concatMap(key -> headrace.put(key, VALUE).then(redisson.fastPut(Integer.toString(key), VALUE)))
                .then()
                .block(Duration.ofSeconds(30));
        for (int key = 0; key < KEYS; key++) {
            spring.put(key, VALUE);
        }
        RedisCallers callers = new RedisCallers(callerCount);
        return Contest.of(
                        "%,d cache hits, %d callers".formatted(calls, callerCount),
                        "hit",
                        calls,
                        count -> count * VALUE.length())
                .add("Headrace `Cache.get`", callers.on(RedisCall.of(n -> headrace.get(n % KEYS, key -> Mono.empty())
                        .map(CacheHitContest::length))))
                .add("Spring `RedisCache.retrieve` on Lettuce", callers.on(RedisCall.of(n -> Mono.fromFuture(
                                spring.retrieve(n % KEYS))
                        .map(value -> length(String.valueOf(((ValueWrapper) value).get()))))))
                .add("Redisson `RMapCacheReactive.get`", callers.on(RedisCall.of(n -> redisson.get(
                                Integer.toString(n % KEYS))
                        .map(CacheHitContest::length))))
                .run(rounds);
    }

    private static RedisCache spring(RedisPeers peers) {
        RedisCacheConfiguration strings = RedisCacheConfiguration.defaultCacheConfig()
                .entryTtl(Duration.ofHours(1))
                .serializeValuesWith(SerializationPair.fromSerializer(RedisSerializer.string()));
        RedisCacheManager manager = RedisCacheManager.builder(peers.springConnections)
                .cacheDefaults(strings)
                .build();
        manager.afterPropertiesSet();
        return (RedisCache) Objects.requireNonNull(manager.getCache("cachedBySpring"));
    }

    private static long length(String value) {
        return value.length();
    }
}
