package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Values that are no longer fresh, known to be absent, or too large. */
@RedisTest
class CacheRefreshTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestRedis server;
    private final String name;
    private final AtomicInteger loads = new AtomicInteger();
    private final Mono<String> load = Mono.fromSupplier(() -> "v" + loads.incrementAndGet());
    private ToolkitScope scope;

    CacheRefreshTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "refresh";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url()).connected();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private Cache<Long, String> cache(UnaryOperator<CacheConfig.Builder> settings) {
        return scope.redis().cache(name, Long.class, String.class, c -> settings.apply(c.redisTimeout(LIMIT)));
    }

    private static void await(Mono<Boolean> condition) {
        StepVerifier.create(condition
                        .filter(met -> met)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aStaleValueIsGivenAtOnceAndLoadedAnewOnce() {
        Cache<Long, String> cache = cache(
                c -> c.ttl(Duration.ofMinutes(1)).softTtl(Duration.ofMillis(50)).ttlJitter(0));
        StepVerifier.create(cache.get(1L, key -> load)).expectNext("v1").verifyComplete();
        Mono<String> slow = Mono.delay(Duration.ofMillis(100)).then(load);
        // stale after 50 ms; the first stale reader starts the refresh and does not wait for it
        await(cache.get(1L, key -> slow)
                .doOnNext(value -> assertThat(value).isEqualTo("v1"))
                .thenReturn(0)
                .map(read -> cache.snapshot().staleHits() == 1));
        StepVerifier.create(cache.get(1L, key -> slow)).expectNext("v1").verifyComplete();
        await(cache.peek(1L).map("v2"::equals));
        CacheSnapshot counted = cache.snapshot();
        assertThat(loads).hasValue(2);
        assertThat(counted.refreshes()).isEqualTo(1);
        assertThat(counted.earlyRefreshes()).isZero();
        assertThat(counted.misses()).isEqualTo(1);
        assertThat(Long.valueOf(server.command("PTTL", name + ":1").get(0))).isGreaterThan(50_000);
    }

    @Test
    void aFailedRefreshKeepsTheStaleValue() {
        Cache<Long, String> cache = cache(
                c -> c.ttl(Duration.ofMinutes(1)).softTtl(Duration.ofMillis(1)).ttlJitter(0));
        StepVerifier.create(cache.get(2L, key -> load)).expectNext("v1").verifyComplete();
        await(cache.get(2L, key -> Mono.error(new IllegalStateException("down")))
                .map(value -> cache.snapshot().loadFailures() > 1));
        StepVerifier.create(cache.peek(2L)).expectNext("v1").verifyComplete();
    }

    @Test
    void anInvalidationKeepsARefreshOut() {
        Cache<Long, String> cache = cache(
                c -> c.ttl(Duration.ofMinutes(1)).softTtl(Duration.ofMillis(1)).ttlJitter(0));
        StepVerifier.create(cache.get(3L, key -> load)).expectNext("v1").verifyComplete();
        Mono<String> changed = cache.invalidate(3L).then(load);
        await(cache.get(3L, key -> changed)
                .thenReturn(0)
                .map(read -> cache.snapshot().rejectedFills() >= 1));
        StepVerifier.create(cache.peek(3L)).verifyComplete();
    }

    @Test
    void costlyValuesAreRefreshedBeforeTheyExpire() {
        Cache<Long, String> cache = cache(c -> c.ttl(Duration.ofMinutes(1)).earlyRefresh(100));
        StepVerifier.create(
                        cache.get(4L, key -> Mono.delay(Duration.ofMillis(300)).then(load)))
                .expectNext("v1")
                .verifyComplete();
        // 300 ms at beta 100 are worth 30 s on average, so some of these reads begin a refresh of a fresh value
        await(cache.get(4L, key -> load).map(value -> cache.snapshot().earlyRefreshes() >= 1));
        assertThat(cache.snapshot().staleHits()).isZero();
        assertThat(cache.snapshot().misses()).isEqualTo(1);
    }

    @Test
    void anAbsenceIsRememberedWhenAskedFor() {
        Cache<Long, String> cache = cache(c -> c.negativeTtl(Duration.ofMinutes(1)));
        Mono<String> empty = Mono.fromRunnable(loads::incrementAndGet);
        StepVerifier.create(cache.get(5L, key -> empty)).verifyComplete();
        StepVerifier.create(cache.get(5L, key -> empty)).verifyComplete();
        assertThat(loads).hasValue(1);
        assertThat(cache.snapshot().hits()).isEqualTo(1);
        StepVerifier.create(cache.put(5L, "there").then(cache.get(5L, key -> empty)))
                .expectNext("there")
                .verifyComplete();
    }

    @Test
    void aValueOverTheLimitReachesItsCallersAndIsNotStored() {
        Cache<Long, String> cache = cache(c -> c.maxValueBytes(10));
        String large = "x".repeat(11);
        StepVerifier.create(cache.get(6L, key -> Mono.just(large)))
                .expectNext(large)
                .verifyComplete();
        assertThat(cache.snapshot().oversized()).isEqualTo(1);
        assertThat(server.command("EXISTS", name + ":6")).containsExactly("0");
        StepVerifier.create(cache.put(6L, large)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(name + ":6")
                .hasMessageContaining("limit 10"));
    }

    @Test
    void aMemoizedFunctionRemembersAndCounts() {
        MemoizedFunction<String, Long> length = scope.redis()
                .memoize(name + "f", String.class, Long.class, text -> Mono.just((long) text.length()), c -> c);
        StepVerifier.create(length.apply("four")).expectNext(4L).verifyComplete();
        StepVerifier.create(length.apply("four")).expectNext(4L).verifyComplete();
        assertThat(length.stats().loads()).isEqualTo(1);
        assertThat(length.stats().hitRatio()).isEqualTo(0.5);
        StepVerifier.create(length.cache().invalidate("four").then(length.apply("four")))
                .expectNext(4L)
                .verifyComplete();
        assertThat(length.stats().loads()).isEqualTo(2);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> cache(c -> c.ttl(Duration.ofSeconds(1)).softTtl(Duration.ofSeconds(2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("softTtl (PT2S) must not be longer than ttl (PT1S)");
        assertThatThrownBy(() -> cache(c -> c.earlyRefresh(0))).hasMessageContaining("earlyRefresh");
        assertThatThrownBy(() -> cache(c -> c.negativeTtl(Duration.ZERO))).hasMessageContaining("negativeTtl");
        assertThatThrownBy(() -> cache(c -> c.maxValueBytes(0))).hasMessageContaining("maxValueBytes");
    }
}
