package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** A limiter whose Redis is gone. */
class RateLimiterDownTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static RedisServer server;
    private static ToolkitScope scope;

    @BeforeAll
    static void kill() {
        server = RedisServer.start();
        scope = ToolkitScope.open(server.url()).connected();
        server.kill();
    }

    @AfterAll
    static void close() {
        scope.close();
        server.close();
    }

    private static RateLimiter limiter(RateFallback fallback) {
        return scope.redis().rateLimiter("rate", l -> l.limit(
                        RateLimit.of(1, Duration.ofHours(1)).withBurst(5))
                .fallback(fallback)
                .redisTimeout(Duration.ofMillis(200)));
    }

    private static long allowed(RateLimiter limiter) {
        Long count = Flux.range(0, 20)
                .concatMap(i -> limiter.tryAcquire("a"))
                .filter(decision -> decision.withoutRedis() && decision.allowed())
                .count()
                .block(LIMIT);
        return count == null ? -1 : count;
    }

    @Test
    void theFallbackDecides() {
        RateLimiter local = limiter(RateFallback.LOCAL);
        assertThat(allowed(local)).isEqualTo(5);
        assertThat(local.snapshot().withoutRedis()).isEqualTo(20);
        assertThat(allowed(limiter(RateFallback.ALLOW))).isEqualTo(20);
        assertThat(allowed(limiter(RateFallback.DENY))).isZero();
        StepVerifier.create(limiter(RateFallback.FAIL).tryAcquire("a"))
                .expectError(RedisException.class)
                .verify(LIMIT);
    }

    @Test
    void aLocalPlaceIsGivenBackToo() {
        RateLimiter local = limiter(RateFallback.LOCAL);
        StepVerifier.create(local.acquire("b", 5, LIMIT))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        Duration used = local.tryAcquire("b", 0).map(RateDecision::resetAfter).block(LIMIT);
        var waiting = local.acquire("b", Duration.ofHours(9)).subscribe();
        StepVerifier.create(local.tryAcquire("b", 0)
                        .filter(asked -> asked.resetAfter().compareTo(used) > 0)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        waiting.dispose();
        assertThat(local.tryAcquire("b", 0).map(RateDecision::resetAfter).block(LIMIT))
                .isLessThanOrEqualTo(used);
    }
}
