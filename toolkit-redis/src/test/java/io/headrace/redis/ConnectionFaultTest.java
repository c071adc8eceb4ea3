package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** What each fault does to callers, with its bound; the table in docs/internals/redis.md says the same. */
class ConnectionFaultTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofSeconds(1);

    /** The machine of a test may be busy with others. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private static final RedisConfig PATIENT = RedisConfig.builder()
            .connections(1)
            .reconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();

    /** One connection only: with a second one that is opened later, everything would come back by that. */
    private static final RedisConfig SINGLE = RedisConfig.builder()
            .connections(1)
            .commandTimeout(COMMAND)
            .reconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();

    private static final RedisConfig CONFIG = RedisConfig.builder()
            .connections(2)
            .commandTimeout(COMMAND)
            .reconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aStoppedServerMakesEveryCommandEndAtItsDeadline() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), CONFIG)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
            StepVerifier.create(store.set("a", 1)).expectComplete().verify(LIMIT);
            server.pause();
            long began = System.nanoTime();
            everyOneFails(store, 500);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(COMMAND.plus(SLACK));
            server.resume();
            comesBack(store);
        }
    }

    @Test
    void aBlackHoleMakesEveryCommandEndAtItsDeadlineAndTheLinkIsReplaced() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), SINGLE)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
            StepVerifier.create(store.set("a", 1)).expectComplete().verify(LIMIT);
            proxy.blackHoleExisting();
            long began = System.nanoTime();
            everyOneFails(store, 500);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(COMMAND.plus(SLACK));
            comesBack(store);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aWriteWhoseReplyIsLostIsNotSentAgainAndAReadIs() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), PATIENT)) {
            Counter counter = scope.redis().counter("n");
            StepVerifier.create(counter.increment("n"))
                    .expectNext(1L)
                    .expectComplete()
                    .verify(LIMIT);
            server.pause();
            StepVerifier.create(counter.increment("n"))
                    .then(() -> resetWhenWritten(scope, proxy))
                    .expectError(RedisOutcomeUnknownException.class)
                    .verify(LIMIT);
            server.resume();
            comesBack(scope.redis().keyValues("a", Integer.class));
            server.pause();
            StepVerifier.create(counter.get("n"))
                    .then(() -> resetWhenWritten(scope, proxy))
                    .then(server::resume)
                    .assertNext(value -> assertThat(value).isBetween(1L, 2L))
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    private static void resetWhenWritten(ToolkitScope scope, FaultProxy proxy) {
        Eventually.until("it is written", () -> scope.redis().snapshot().waitingCommands() == 0);
        proxy.reset();
    }

    @Test
    void resetLinksFailOnlyWrittenWrites() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), PATIENT)) {
            Runnable reset = proxy::reset;
            noReadFailsWhile(scope, reset, 20);
        }
    }

    @Test
    void connectionsKilledByTheHundredFailOnlyWrittenWrites() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), PATIENT)) {
            TestRedis admin = server.createKeyspace("x");
            Runnable kill = () -> admin.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            noReadFailsWhile(scope, kill, 100);
        }
    }

    private static void noReadFailsWhile(ToolkitScope scope, Runnable fault, int times) {
        KeyValueStore<Integer> store = scope.redis().keyValues("a", Integer.class);
        StepVerifier.create(store.set("a", 7)).expectComplete().verify(LIMIT);
        AtomicInteger faults = new AtomicInteger();
        AtomicInteger unknown = new AtomicInteger();
        AtomicInteger failedReads = new AtomicInteger();
        AtomicLong answered = new AtomicLong();
        // with one connection everything that met a fault is answered before 300 further ones are
        Mono<Void> disturb = Mono.<Void>fromRunnable(() -> {
                    for (int i = 0; i < times; i++) {
                        long before = answered.get();
                        Eventually.until("the traffic flows", () -> answered.get() > before + 300);
                        fault.run();
                        faults.incrementAndGet();
                    }
                })
                .subscribeOn(Schedulers.boundedElastic());
        Mono<Void> traffic = Flux.range(0, Integer.MAX_VALUE)
                .takeWhile(i -> faults.get() < times)
                .flatMap(
                        i -> i % 4 > 0
                                ? store.get("a")
                                        .doOnNext(value -> {
                                            assertThat(value).isEqualTo(7);
                                            answered.incrementAndGet();
                                        })
                                        .onErrorResume(RedisException.class, e -> {
                                            failedReads.incrementAndGet();
                                            return Mono.empty();
                                        })
                                : store.set("b" + i % 100, i)
                                        .thenReturn(7)
                                        .onErrorResume(RedisOutcomeUnknownException.class, e -> {
                                            unknown.incrementAndGet();
                                            return Mono.just(7);
                                        }),
                        128)
                .then();
        StepVerifier.create(Mono.when(traffic, disturb)).expectComplete().verify(LIMIT);
        assertThat(faults).hasValue(times);
        assertThat(failedReads).as("reads that failed").hasValue(0);
        assertThat(unknown.get()).as("writes that failed").isLessThanOrEqualTo(times * 128);
        comesBack(store);
    }

    @Test
    void scriptsThatAreFlushedUnderLoadAreSentAgain() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), CONFIG)) {
            TestRedis admin = server.createKeyspace("x");
            JobQueue<Integer> queue = scope.redis().queue("flushed", Integer.class);
            Mono<Long> traffic =
                    Flux.range(0, 3_000).flatMap(i -> queue.stats(), 16).count();
            Mono<Void> flush = Flux.interval(Duration.ofMillis(10), Schedulers.boundedElastic())
                    .onBackpressureDrop()
                    .take(20)
                    .doOnNext(i -> admin.command("SCRIPT", "FLUSH"))
                    .then();
            StepVerifier.create(traffic.zipWith(flush.thenReturn(1)).map(both -> both.getT1()))
                    .expectNext(3_000L)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aServerThatIsFullRefusesWritesByNameAndStillReads() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), CONFIG)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).expectComplete().verify(LIMIT);
            server.createKeyspace("x").command("CONFIG", "SET", "maxmemory", "1");
            StepVerifier.create(store.set("b", "secret"))
                    .expectErrorSatisfies(error -> {
                        assertThat(error)
                                .isInstanceOf(RedisReplyException.class)
                                .hasMessageContaining("SET 'a:b' failed: OOM")
                                .hasMessageNotContaining("secret");
                        assertThat(((RedisReplyException) error).code()).isEqualTo("OOM");
                    })
                    .verify(LIMIT);
            StepVerifier.create(store.get("a")).expectNext("1").expectComplete().verify(LIMIT);
        }
    }

    private static void everyOneFails(KeyValueStore<Integer> store, int callers) {
        StepVerifier.create(Flux.range(0, callers)
                        .flatMap(
                                i -> store.set("x" + i, i)
                                        .thenReturn(1)
                                        .onErrorResume(RedisTimeoutException.class, e -> Mono.empty())
                                        .onErrorResume(RedisOutcomeUnknownException.class, e -> Mono.empty())
                                        .onErrorResume(RedisUnavailableException.class, e -> Mono.empty()),
                                callers)
                        .count())
                .assertNext(answered -> assertThat(answered).isLessThan(callers / 2))
                .expectComplete()
                .verify(LIMIT);
    }

    private static void comesBack(KeyValueStore<Integer> store) {
        StepVerifier.create(store.set("back", 1).retryWhen(Retry.fixedDelay(50, Duration.ofMillis(50))))
                .expectComplete()
                .verify(LIMIT);
    }
}
