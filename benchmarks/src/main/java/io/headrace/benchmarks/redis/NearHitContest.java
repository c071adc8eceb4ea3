package io.headrace.benchmarks.redis;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.harness.Work;
import io.headrace.redis.Cache;
import io.headrace.redis.NearCacheConfig;
import io.headrace.redis.RedisToolkit;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads of values that lie in the process, by one caller; the figure is the length of what was read. */
final class NearHitContest {

    private static final int KEYS = 1_000;
    private static final String VALUE = "0123456789abcdef".repeat(8);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private NearHitContest() {}

    static Standings run(RedisPeers peers, Rounds rounds, int calls) throws Exception {
        Cache<Integer, String> headrace = headrace(peers.headrace);
        com.github.benmanes.caffeine.cache.Cache<Integer, String> caffeine =
                Caffeine.newBuilder().maximumSize(2 * KEYS).build();
        for (int key = 0; key < KEYS; key++) {
            caffeine.put(key, VALUE);
        }
        return Contest.of(
                        "%,d hits in the process, 1 caller".formatted(calls),
                        "hit",
                        calls,
                        count -> count * VALUE.length())
                .add("Headrace `Cache.get` with `near`", one(n -> headrace.get(n % KEYS, key -> Mono.empty())))
                .add("Caffeine behind a `Mono`", one(n -> Mono.fromSupplier(() -> caffeine.getIfPresent(n % KEYS))))
                .add("Caffeine `getIfPresent`", count -> {
                    long sum = 0;
                    for (int n = 0; n < count; n++) {
                        sum += Objects.requireNonNull(caffeine.getIfPresent(n % KEYS))
                                .length();
                    }
                    return sum;
                })
                .run(rounds);
    }

    private static Cache<Integer, String> headrace(RedisToolkit redis) {
        Cache<Integer, String> cache = redis.cache("near", Integer.class, String.class, c -> c.ttl(Duration.ofHours(1))
                .redisTimeout(Duration.ofSeconds(5))
                .near(NearCacheConfig.of(2 * KEYS)
                        .withMaximumAge(Duration.ofHours(1))
                        .withMaximumDelay(Duration.ofSeconds(10))));
        Flux.range(0, KEYS).concatMap(key -> cache.put(key, VALUE)).then().block(LIMIT);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (cache.snapshot().near().entries() < KEYS && System.nanoTime() - end < 0) {
            Flux.range(0, KEYS)
                    .concatMap(key -> cache.get(key, k -> Mono.empty()))
                    .then()
                    .block(LIMIT);
        }
        return cache;
    }

    private static Work one(IntFunction<Mono<String>> call) {
        return calls -> {
            long sum = 0;
            for (int n = 0; n < calls; n++) {
                sum += Objects.requireNonNull(call.apply(n).block()).length();
            }
            return sum;
        };
    }
}
