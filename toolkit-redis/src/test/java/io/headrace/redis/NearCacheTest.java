package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Values that one process keeps for itself, while another changes them. */
@RedisTest
class NearCacheTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** So long that only news of a change can end it within the time of a test. */
    private static final NearCacheConfig NEAR =
            NearCacheConfig.of(100).withMaximumAge(Duration.ofHours(1)).withMaximumDelay(Duration.ofMinutes(1));

    private final TestRedis server;
    private final String name;
    private ToolkitScope one;
    private ToolkitScope two;

    NearCacheTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "near";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        one = ToolkitScope.open(server.url()).connected();
        two = ToolkitScope.open(server.url()).connected();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private Cache<Long, String> cache(ToolkitScope scope, UnaryOperator<CacheConfig.Builder> settings) {
        return scope.redis()
                .cache(
                        name,
                        Long.class,
                        String.class,
                        c -> settings.apply(c.redisTimeout(LIMIT).ttl(Duration.ofHours(1))));
    }

    /** A cache of the first process that hears of changes. */
    private Cache<Long, String> near(UnaryOperator<CacheConfig.Builder> settings) {
        Cache<Long, String> cache = cache(one, c -> settings.apply(c.near(NEAR)));
        assertThat(read(cache, 1_000)).isEqualTo("loaded");
        Eventually.until("changes are heard of", () -> cache.snapshot().near().tracking());
        return cache;
    }

    private Cache<Long, String> near() {
        return near(UnaryOperator.identity());
    }

    private static String read(Cache<Long, String> cache, long key) {
        return String.valueOf(cache.get(key, k -> Mono.just("loaded")).block(LIMIT));
    }

    private static void run(Mono<Void> change) {
        StepVerifier.create(change).expectComplete().verify(LIMIT);
    }

    /** Reads until the value is kept, and makes sure that it is. */
    private static void keep(Cache<Long, String> cache, long key, String value) {
        Eventually.until("key " + key + " is kept", () -> {
            long before = cache.snapshot().near().hits();
            assertThat(read(cache, key)).isEqualTo(value);
            return cache.snapshot().near().hits() > before;
        });
    }

    @Test
    void whatWasReadOnceIsGivenWithoutAskingRedis() {
        Cache<Long, String> cache = near();
        run(cache.put(1L, "a"));
        keep(cache, 1, "a");
        long hits = cache.snapshot().near().hits();
        long asked = calls();
        StepVerifier.create(Flux.range(0, 1_000)
                        .concatMap(i -> cache.get(1L, k -> Mono.just("loaded")))
                        .all("a"::equals))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);
        assertThat(cache.snapshot().near().hits()).isEqualTo(hits + 1_000);
        assertThat(cache.snapshot().hits()).isGreaterThanOrEqualTo(hits + 1_000);
        // other tests of this server may ask a few times
        assertThat(calls() - asked).isLessThan(500);
    }

    private long calls() {
        return server.command("INFO", "commandstats")
                .get(0)
                .lines()
                .filter(line -> line.startsWith("cmdstat_mget:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*calls=(\\d+).*", "$1")))
                .sum();
    }

    @Test
    void aChangeByAnotherClientIsHeardOf() {
        Cache<Long, String> cache = near();
        Cache<Long, String> other = cache(two, UnaryOperator.identity());
        run(cache.put(1L, "a"));
        keep(cache, 1, "a");
        run(other.put(1L, "b"));
        Eventually.until("the put is seen", () -> read(cache, 1).equals("b"));
        keep(cache, 1, "b");
        run(other.invalidate(1L));
        Eventually.until("the invalidation is seen", () -> read(cache, 1).equals("loaded"));
        keep(cache, 1, "loaded");
        server.command("SET", name + ":1", "no entry of a cache");
        long failures = cache.snapshot().redisFailures();
        Eventually.until("a foreign command is seen", () -> {
            assertThat(read(cache, 1)).isEqualTo("loaded");
            return cache.snapshot().loads() > 2;
        });
        assertThat(cache.snapshot().redisFailures()).isEqualTo(failures);
        assertThat(cache.snapshot().near().changes()).isPositive();
    }

    @Test
    void ownChangesAreSeenAtOnce() {
        Cache<Long, String> cache = near();
        for (int i = 0; i < 300; i++) {
            String value = "v" + i;
            run(cache.put(1L, value));
            assertThat(read(cache, 1)).isEqualTo(value);
            assertThat(read(cache, 1)).isEqualTo(value);
        }
        keep(cache, 1, "v299");
        run(cache.invalidate(1L));
        assertThat(read(cache, 1)).isEqualTo("loaded");
        run(cache.put(2L, "b"));
        keep(cache, 2, "b");
        run(cache.invalidateAll());
        assertThat(read(cache, 2)).isEqualTo("loaded");
    }

    @Test
    void aNewGenerationElsewhereEmptiesIt() {
        Cache<Long, String> cache = near();
        run(cache.put(1L, "a").then(cache.put(2L, "b")));
        keep(cache, 1, "a");
        keep(cache, 2, "b");
        run(cache(two, UnaryOperator.identity()).invalidateAll());
        Eventually.until("one key is read anew", () -> read(cache, 1).equals("loaded"));
        assertThat(read(cache, 2)).isEqualTo("loaded");
        assertThat(cache.snapshot().near().flushes()).isPositive();
    }

    @Test
    void noMoreEntriesAreKeptThanAllowed() {
        Cache<Long, String> cache = near();
        List<Long> keys = IntStream.range(0, 2_000).mapToObj(Long::valueOf).toList();
        StepVerifier.create(Flux.fromIterable(keys).flatMap(key -> cache.put(key, "v" + key), 64))
                .expectComplete()
                .verify(LIMIT);
        for (int round = 0; round < 3; round++) {
            StepVerifier.create(Flux.fromIterable(keys)
                            .flatMap(key -> cache.get(key, k -> Mono.just("loaded")), 64)
                            .count())
                    .expectNext(2_000L)
                    .expectComplete()
                    .verify(LIMIT);
        }
        assertThat(cache.snapshot().near().entries()).isPositive();
        Eventually.until("it is small again", () -> {
            assertThat(read(cache, 5)).isEqualTo("v5");
            return cache.snapshot().near().entries() <= NEAR.maximumEntries();
        });
    }

    @Test
    void manyAtOnceAreTakenFromThereToo() {
        Cache<Long, String> cache = near();
        Map<Long, String> all = IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> (long) i, i -> "v" + i));
        StepVerifier.create(Flux.fromIterable(all.entrySet()).concatMap(e -> cache.put(e.getKey(), e.getValue())))
                .expectComplete()
                .verify(LIMIT);
        Eventually.until("all are kept", () -> {
            long before = cache.snapshot().near().hits();
            assertThat(cache.getAll(all.keySet(), keys -> Mono.just(Map.of())).block(LIMIT))
                    .isEqualTo(all);
            return cache.snapshot().near().hits() == before + 50;
        });
        run(cache.put(7L, "new"));
        assertThat(cache.getAll(List.of(6L, 7L), keys -> Mono.just(Map.of())).block(LIMIT))
                .isEqualTo(Map.of(6L, "v6", 7L, "new"));
    }

    @Test
    void aKnownAbsenceIsKept() {
        Cache<Long, String> cache = near(c -> c.negativeTtl(Duration.ofHours(1)));
        AtomicInteger loads = new AtomicInteger();
        Mono<String> get = cache.get(1L, k -> Mono.<String>empty().doOnSubscribe(s -> loads.incrementAndGet()));
        Eventually.until("it is kept", () -> {
            long before = cache.snapshot().near().hits();
            StepVerifier.create(get).expectComplete().verify(LIMIT);
            return cache.snapshot().near().hits() > before;
        });
        assertThat(loads).hasValue(1);
    }

    @Test
    void theConnectionIsClosedWithTheToolkit() {
        Cache<Long, String> cache = near();
        run(cache.put(1L, "a"));
        keep(cache, 1, "a");
        one.close();
        assertThat(cache.snapshot().near().tracking()).isFalse();
    }
}
