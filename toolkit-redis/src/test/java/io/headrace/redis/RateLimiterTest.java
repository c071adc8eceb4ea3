package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@RedisTest
class RateLimiterTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestRedis server;
    private final String name;
    private ToolkitScope scope;

    RateLimiterTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "rate";
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

    private RateLimiter limiter(UnaryOperator<RateLimiterConfig.Builder> settings) {
        return scope.redis().rateLimiter(name, l -> settings.apply(l.redisTimeout(LIMIT)));
    }

    private static RateDecision now(Mono<RateDecision> decision) {
        return Objects.requireNonNull(decision.block(LIMIT));
    }

    @ParameterizedTest
    @EnumSource
    void asManyAsTheLimitAreAllowedOfManyAtOnce(RateAlgorithm algorithm) {
        RateLimiter limiter = limiter(l -> l.limit(100, HOUR).algorithm(algorithm));
        StepVerifier.create(Flux.range(0, 500)
                        .flatMap(i -> limiter.tryAcquire("a"), 256)
                        .filter(RateDecision::allowed)
                        .count())
                .expectNext(100L)
                .expectComplete()
                .verify(LIMIT);
        assertThat(limiter.snapshot().allowed()).isEqualTo(100);
        assertThat(limiter.snapshot().denied()).isEqualTo(400);
        assertThat(now(limiter.tryAcquire("b")).allowed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theDecisionTellsWhatIsLeftAndWhenToComeBack(RateAlgorithm algorithm) {
        RateLimiter limiter = limiter(l -> l.limit(10, HOUR).algorithm(algorithm));
        RateDecision first = now(limiter.tryAcquire("a", 7));
        assertThat(first.allowed()).isTrue();
        assertThat(first.remaining()).isEqualTo(3);
        assertThat(first.retryAfter()).isZero();
        assertThat(first.resetAfter()).isPositive();
        RateDecision second = now(limiter.tryAcquire("a", 4));
        assertThat(second.allowed()).isFalse();
        assertThat(second.remaining()).isEqualTo(3);
        assertThat(second.retryAfter()).isPositive().isLessThan(Duration.ofHours(2));
        assertThat(now(limiter.tryAcquire("a", 0)).remaining()).isEqualTo(3);
        assertThat(now(limiter.tryAcquire("a", 3)).remaining()).isZero();
        StepVerifier.create(limiter.reset("a")).verifyComplete();
        assertThat(now(limiter.tryAcquire("a", 10)).allowed()).isTrue();
    }

    @Test
    void permitsComeBackOneByOne() {
        RateLimiter limiter = limiter(l -> l.limit(RateLimit.of(60, HOUR).withBurst(5)));
        RateDecision all = now(limiter.tryAcquire("a", 5));
        assertThat(all.resetAfter()).isEqualTo(Duration.ofMinutes(5));
        RateDecision denied = now(limiter.tryAcquire("a"));
        assertThat(denied.retryAfter()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
        RateDecision more = now(limiter.tryAcquire("a", 3));
        assertThat(more.retryAfter()).isBetween(Duration.ofSeconds(170), Duration.ofMinutes(3));
    }

    @ParameterizedTest
    @EnumSource
    void retryAfterIsNeitherTooEarlyNorTooLate(RateAlgorithm algorithm) {
        RateLimiter limiter = limiter(l -> l.limit(4, Duration.ofSeconds(1)).algorithm(algorithm));
        for (int i = 0; i < 3; i++) {
            RateDecision denied = now(limiter.tryAcquire("a")
                    .repeat(() -> true)
                    .filter(d -> !d.allowed())
                    .next());
            assertThat(denied.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(2));
            assertThat(now(Mono.delay(denied.retryAfter().plusMillis(1)).then(limiter.tryAcquire("a")))
                            .allowed())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ofSeveralLimitsAllAllowOrNoneCounts(RateAlgorithm algorithm) {
        RateLimiter limiter =
                limiter(l -> l.limit(5, HOUR).limit(8, Duration.ofHours(10)).algorithm(algorithm));
        assertThat(now(limiter.tryAcquire("a", 5)).remaining()).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(now(limiter.tryAcquire("a")).allowed()).isFalse();
        }
        // had the wider limit counted the denied ones, the narrower alone would not explain this
        RateLimiter wide = limiter(l -> l.limit(8, Duration.ofHours(10)).algorithm(algorithm));
        assertThat(server.command("GET", name + ":a").get(0).split(" ")).hasSizeGreaterThan(1);
        assertThat(now(wide.tryAcquire("other", 8)).allowed()).isTrue();
    }

    @Test
    void theStateOfAKeyGoesAwayByItself() {
        RateLimiter limiter = limiter(l -> l.limit(10, Duration.ofSeconds(10)));
        assertThat(now(limiter.tryAcquire("a", 5)).allowed()).isTrue();
        assertThat(Long.valueOf(server.command("PTTL", name + ":a").get(0))).isBetween(1L, 5_100L);
    }

    @Test
    void waitingCallersAreServedInOrderAndAtTheRate() {
        // one thread for the timers, which then run in the order of their times however slow the machine is
        Scheduler timers = Schedulers.newSingle("timers", true);
        try (ToolkitScope timed = new ToolkitScope(
                RedisToolkit.open(server.url(), RedisConfig.defaults(), new Timing(timers, () -> 0.5)))) {
            RateLimiter limiter = timed.connected().redis().rateLimiter(name, l -> l.limit(
                            RateLimit.of(20, Duration.ofSeconds(1)).withBurst(1))
                    .redisTimeout(LIMIT));
            List<Integer> order = Collections.synchronizedList(new ArrayList<>());
            StepVerifier.create(Flux.range(0, 10)
                            .flatMap(i -> limiter.acquire("a", LIMIT).doOnNext(d -> order.add(i)), 10)
                            .then(Mono.just(order))
                            .elapsed())
                    .assertNext(end -> {
                        assertThat(end.getT1()).isGreaterThanOrEqualTo(440);
                        assertThat(end.getT2()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                    })
                    .expectComplete()
                    .verify(LIMIT);
        }
        timers.dispose();
    }

    @ParameterizedTest
    @EnumSource
    void whoWouldWaitTooLongIsToldAtOnce(RateAlgorithm algorithm) {
        RateLimiter limiter = limiter(l -> l.limit(1, HOUR).algorithm(algorithm));
        assertThat(now(limiter.acquire("a", LIMIT)).allowed()).isTrue();
        StepVerifier.create(limiter.acquire("a", LIMIT))
                .expectErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(RateLimitExceededException.class)
                            .hasMessageContaining(name + ":a")
                            .hasMessageContaining("limit 10 s");
                    assertThat(((RateLimitExceededException) error).retryAfter())
                            .isGreaterThan(Duration.ofMinutes(50));
                })
                .verify(Duration.ofSeconds(2));
        assertThat(limiter.snapshot().denied()).isEqualTo(1);
    }

    @Test
    void aWindowLetsWaitingCallersTryAgain() {
        RateLimiter limiter = limiter(l -> l.limit(5, Duration.ofMillis(300)).algorithm(RateAlgorithm.SLIDING_WINDOW));
        StepVerifier.create(Flux.range(0, 12)
                        .flatMap(i -> limiter.acquire("a", LIMIT), 12)
                        .count())
                .expectNext(12L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aCancelledWaitGivesItsPlaceBack() {
        RateLimiter limiter =
                limiter(l -> l.limit(RateLimit.of(1, Duration.ofMinutes(10)).withBurst(1)));
        assertThat(now(limiter.tryAcquire("a")).allowed()).isTrue();
        long used = reset(limiter);
        var waiting = limiter.acquire("a", HOUR).subscribe();
        await(limiter, millis -> millis > used + 300_000);
        waiting.dispose();
        await(limiter, millis -> millis <= used);
        assertThat(limiter.snapshot().givenBack()).isEqualTo(1);
    }

    @Test
    void aCancelWhileTheRequestIsOnItsWayGivesThePlaceBack() {
        RateLimiter limiter = limiter(l ->
                l.limit(RateLimit.of(10, Duration.ofMinutes(10)).withBurst(10)).redisTimeout(LIMIT));
        server.command("CLIENT", "PAUSE", "300");
        for (int i = 0; i < 10; i++) {
            limiter.acquire("a", HOUR).subscribe().dispose();
        }
        StepVerifier.create(Mono.fromSupplier(() -> limiter.snapshot().givenBack() == 10)
                        .filter(done -> done)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        await(limiter, millis -> millis == 0);
    }

    private static long reset(RateLimiter limiter) {
        return now(limiter.tryAcquire("a", 0)).resetAfter().toMillis();
    }

    private static void await(RateLimiter limiter, LongPredicate reset) {
        StepVerifier.create(limiter.tryAcquire("a", 0)
                        .filter(asked -> reset.test(asked.resetAfter().toMillis()))
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void badInputIsNamed() {
        RateLimiter limiter =
                limiter(l -> l.limit(10, HOUR).limit(RateLimit.of(100, HOUR).withBurst(5)));
        StepVerifier.create(limiter.tryAcquire("a", 6)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisInputException.class)
                .hasMessageContaining(name + ":a")
                .hasMessageContaining("limit 5"));
        StepVerifier.create(limiter.tryAcquire("a", -1)).verifyError(RedisInputException.class);
        StepVerifier.create(limiter.acquire("a", 0, HOUR)).verifyError(RedisInputException.class);
        StepVerifier.create(limiter.acquire("a", Duration.ofMillis(-1))).verifyError(RedisInputException.class);
        StepVerifier.create(limiter.tryAcquire("")).verifyError(RedisInputException.class);
        assertThatThrownBy(() -> limiter(l -> l)).hasMessageContaining("from 1 to 8 limits");
        assertThatThrownBy(() -> RateLimit.of(0, HOUR)).hasMessageContaining("permits");
        assertThatThrownBy(() -> RateLimit.of(700_000, Duration.ofSeconds(1)))
                .hasMessageContaining("whole microseconds");
        assertThatThrownBy(() -> limiter(
                        l -> l.limit(RateLimit.of(5, HOUR).withBurst(1)).algorithm(RateAlgorithm.SLIDING_WINDOW)))
                .hasMessageContaining("no burst");
        server.command("RPUSH", name + ":list", "x");
        RateLimiter strict = limiter(l -> l.limit(1, HOUR).fallback(RateFallback.FAIL));
        StepVerifier.create(strict.tryAcquire("list")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisReplyException.class)
                .hasMessageContaining(name + ":list"));
    }
}
