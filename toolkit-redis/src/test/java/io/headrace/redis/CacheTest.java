package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@RedisTest
class CacheTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestRedis server;
    private final String name;
    private ToolkitScope scope;
    private Cache<Long, String> cache;

    CacheTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "cache";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url()).connected();
        cache = scope.redis().cache(name, Long.class, String.class, c -> c.ttl(Duration.ofMinutes(1))
                .redisTimeout(LIMIT));
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void theSecondCallIsAHit() {
        AtomicInteger loads = new AtomicInteger();
        Mono<String> get = cache.get(1L, key -> Mono.fromCallable(() -> "v" + key + loads.incrementAndGet()));
        StepVerifier.create(get).expectNext("v11").verifyComplete();
        StepVerifier.create(get).expectNext("v11").verifyComplete();
        CacheSnapshot counted = cache.snapshot();
        assertThat(counted.hits()).isEqualTo(1);
        assertThat(counted.misses()).isEqualTo(1);
        assertThat(counted.loads()).isEqualTo(1);
        assertThat(counted.totalLoadTime()).isPositive();
    }

    @Test
    void theTimeToLiveIsSetWithTheValueAndJittered() {
        List<Long> times = new ArrayList<>();
        for (long key = 0; key < 20; key++) {
            StepVerifier.create(cache.get(key, k -> Mono.just("v")))
                    .expectNext("v")
                    .verifyComplete();
            times.add(Long.valueOf(server.command("PTTL", name + ":" + key).get(0)));
        }
        assertThat(times).allMatch(millis -> millis > 50_000 && millis <= 66_000);
        assertThat(times.stream().mapToLong(t -> t / 100).distinct().count()).isGreaterThan(5);
    }

    @Test
    void aThousandCallersShareOneLoad() {
        AtomicInteger loads = new AtomicInteger();
        Sinks.One<String> source = Sinks.one();
        Mono<List<String>> all = Flux.range(0, 1_000)
                // Once all are there: who came later would find the value.
                .doOnComplete(() -> source.tryEmitValue("five").orThrow())
                .flatMap(i -> cache.get(5L, key -> source.asMono().doOnSubscribe(s -> loads.incrementAndGet())), 1_000)
                .collectList();
        StepVerifier.create(all)
                .assertNext(values -> assertThat(values).hasSize(1_000).containsOnly("five"))
                .expectComplete()
                .verify(LIMIT);
        assertThat(loads).hasValue(1);
        assertThat(cache.snapshot().misses()).isEqualTo(1_000);
    }

    @Test
    void aCallerThatCancelsLeavesTheLoadToTheOthers() {
        Sinks.One<String> load = Sinks.one();
        Sinks.Empty<Void> started = Sinks.empty();
        AtomicBoolean cancelled = new AtomicBoolean();
        Mono<String> get = cache.get(6L, key -> load.asMono()
                .doOnSubscribe(s -> started.tryEmitEmpty().orThrow())
                .doOnCancel(() -> cancelled.set(true)));
        var leaving = get.subscribe();
        StepVerifier.create(get)
                .then(() -> started.asMono().block(LIMIT))
                .then(leaving::dispose)
                .then(() -> assertThat(cancelled).isFalse())
                .then(() -> load.tryEmitValue("six").orThrow())
                .expectNext("six")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theLoadIsCancelledWhenAllCallersHaveLeft() {
        Sinks.Empty<Void> started = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Mono<String> get = cache.get(7L, key -> Mono.<String>never()
                .doOnSubscribe(s -> started.tryEmitEmpty().orThrow())
                .doOnCancel(() -> cancelled.tryEmitEmpty().orThrow()));
        var one = get.subscribe();
        var two = get.subscribe();
        StepVerifier.create(started.asMono()).expectComplete().verify(LIMIT);
        one.dispose();
        two.dispose();
        StepVerifier.create(cancelled.asMono()).expectComplete().verify(LIMIT);
        // and the next caller starts afresh
        StepVerifier.create(cache.get(7L, key -> Mono.just("seven")))
                .expectNext("seven")
                .verifyComplete();
    }

    @Test
    void errorsReachAllCallersAndAreNotCached() {
        Mono<String> failing = cache.get(8L, key -> Mono.error(new IllegalStateException("no database")));
        StepVerifier.create(Flux.merge(failing.materialize(), failing.materialize()))
                .assertNext(signal -> assertThat(signal.getThrowable()).hasMessage("no database"))
                .assertNext(signal -> assertThat(signal.getThrowable()).hasMessage("no database"))
                .verifyComplete();
        StepVerifier.create(cache.get(8L, key -> Mono.just("eight")))
                .expectNext("eight")
                .verifyComplete();
        assertThat(cache.snapshot().loadFailures()).isPositive();
    }

    @Test
    void anEmptyLoadIsEmptyAndNotCached() {
        StepVerifier.create(cache.get(9L, key -> Mono.empty())).verifyComplete();
        StepVerifier.create(cache.get(9L, key -> Mono.just("nine")))
                .expectNext("nine")
                .verifyComplete();
    }

    @Test
    void aLoadThatTakesTooLongIsCancelled() {
        Cache<Long, String> hasty = scope.redis()
                .cache(name, Long.class, String.class, c -> c.loadTimeout(Duration.ofMillis(50))
                        .redisTimeout(LIMIT));
        StepVerifier.create(hasty.get(10L, key -> Mono.never())).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(CacheLoadTimeoutException.class)
                .hasMessageContaining(name + ":10")
                .hasMessageContaining("50 ms"));
    }

    @Test
    void putPeekAndInvalidateWork() {
        StepVerifier.create(cache.peek(11L)).verifyComplete();
        StepVerifier.create(cache.put(11L, "x").then(cache.peek(11L)))
                .expectNext("x")
                .verifyComplete();
        StepVerifier.create(cache.invalidate(11L).then(cache.peek(11L))).verifyComplete();
    }

    @Test
    void aLoadThatWasOverriddenAnswersButIsNotStored() {
        Sinks.One<String> old = Sinks.one();
        Sinks.Empty<Void> started = Sinks.empty();
        Mono<String> get = cache.get(12L, key -> old.asMono()
                .doOnSubscribe(s -> started.tryEmitEmpty().orThrow()));
        StepVerifier.create(get)
                .then(() -> started.asMono().block(LIMIT))
                .then(() -> cache.put(12L, "new").block(LIMIT))
                .then(() -> old.tryEmitValue("old").orThrow())
                .expectNext("old")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(cache.peek(12L)).expectNext("new").verifyComplete();
    }

    @Test
    void unreadableBytesAreReplacedByALoad() {
        Cache<Long, Integer> numbers = scope.redis().cache(name, Long.class, Integer.class, c -> c.redisTimeout(LIMIT));
        StepVerifier.create(cache.put(13L, "abc")).verifyComplete();
        StepVerifier.create(numbers.get(13L, key -> Mono.just(13)))
                .expectNext(13)
                .verifyComplete();
        StepVerifier.create(numbers.peek(13L)).expectNext(13).verifyComplete();
        assertThat(numbers.snapshot().redisFailures()).isEqualTo(1);
    }

    @Test
    void withoutRedisTheCacheLoads() {
        try (RedisServer own = RedisServer.start();
                ToolkitScope other = ToolkitScope.open(own.url())) {
            Cache<Long, String> fragile =
                    other.redis().cache("c", Long.class, String.class, c -> c.redisTimeout(Duration.ofMillis(200)));
            StepVerifier.create(fragile.get(1L, key -> Mono.just("a")))
                    .expectNext("a")
                    .verifyComplete();
            own.kill();
            for (int i = 0; i < 20; i++) {
                StepVerifier.create(fragile.get(1L, key -> Mono.just("b")))
                        .expectNext("b")
                        .expectComplete()
                        .verify(Duration.ofSeconds(1));
            }
            assertThat(fragile.snapshot().redisFailures()).isGreaterThanOrEqualTo(20);
            StepVerifier.create(fragile.invalidate(1L).timeout(Duration.ofSeconds(6)))
                    .verifyError(RedisUnavailableException.class);
        }
    }
}
