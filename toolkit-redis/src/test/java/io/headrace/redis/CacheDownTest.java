package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A Redis that takes commands and does not answer. */
@RedisTest
class CacheDownTest {

    private final TestRedis server;
    private FaultProxy proxy;
    private ToolkitScope scope;

    CacheDownTest(TestRedis server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        proxy = FaultProxy.to(server.host(), server.port());
        scope = ToolkitScope.open(
                        server.urlThrough(proxy),
                        RedisConfig.builder()
                                .commandTimeout(Duration.ofSeconds(2))
                                .build())
                .connected();
    }

    @AfterEach
    void close() {
        proxy.forward();
        scope.close();
        proxy.close();
    }

    private Cache<Long, String> cache(boolean failing) {
        return scope.redis()
                .cache(server.keyPrefix() + "c", Long.class, String.class, c -> c.redisTimeout(Duration.ofMillis(300))
                        .failOnRedisErrors(failing));
    }

    @Test
    void aSilentRedisSoonCostsNothing() {
        Cache<Long, String> cache = cache(false);
        Mono<String> get = Mono.defer(() -> cache.get(1L, key -> Mono.just("a")));
        StepVerifier.create(get).expectNext("a").verifyComplete();
        proxy.blackHole();
        Flux<String> first = get.repeat(5);
        StepVerifier.create(first).expectNextCount(6).expectComplete().verify(Duration.ofSeconds(6));
        // now the breaker is open: one attempt a second, so a thousand calls do not take 300 s
        StepVerifier.create(get.repeat(1_000).then()).expectComplete().verify(Duration.ofSeconds(4));
        assertThat(cache.snapshot().redisFailures()).isGreaterThan(1_000);
    }

    @Test
    void aRedisThatIsBackIsUsedAgain() {
        Cache<Long, String> cache = cache(false);
        Mono<String> get = Mono.defer(() -> cache.get(2L, key -> Mono.just("a")));
        proxy.blackHole();
        StepVerifier.create(get.repeat(9)).expectNextCount(10).expectComplete().verify(Duration.ofSeconds(5));
        proxy.forward();
        StepVerifier.create(get.map(value -> cache.snapshot().hits() > 0)
                        .filter(hit -> hit)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(20))))
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void errorsReachTheCallerWhenAskedFor() {
        Cache<Long, String> cache = cache(true);
        StepVerifier.create(cache.get(3L, key -> Mono.just("a")))
                .expectNext("a")
                .verifyComplete();
        proxy.blackHole();
        for (int i = 0; i < 7; i++) {
            StepVerifier.create(cache.get(3L, key -> Mono.just("a")))
                    .verifyErrorSatisfies(error ->
                            assertThat(error).isInstanceOf(RedisException.class).hasMessageContaining("c:3"));
        }
    }
}
