package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

@RedisTest
class CommandChannelTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestRedis server;
    private final String namespace;

    CommandChannelTest(TestRedis server) {
        this.server = server;
        this.namespace = server.keyPrefix() + "channel";
    }

    @Test
    void everyCallerGetsItsOwnReplyWhateverIsCancelled() {
        int callers = Integer.getInteger("headrace.stress.replies", 120_000);
        int keys = 500;
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        AtomicLong wrong = new AtomicLong();
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            KeyValueStore<Integer> store = scope.redis().keyValues(namespace, Integer.class);
            Flux.range(0, keys).flatMap(i -> store.set("k" + i, i), 64).blockLast(LIMIT);
            SplittableRandom random = new SplittableRandom(7);
            Mono<Long> work = Flux.range(0, callers)
                    .flatMap(
                            i -> {
                                int key = i % keys;
                                Mono<Integer> read = store.get("k" + key).doOnNext(value -> {
                                    answered.incrementAndGet();
                                    if (value != key) {
                                        wrong.incrementAndGet();
                                    }
                                });
                                return random.nextInt(5) > 0
                                        ? read
                                        : Mono.firstWithSignal(
                                                read.doOnCancel(cancelled::incrementAndGet),
                                                Mono.delay(Duration.ofNanos(random.nextInt(2_000_000)))
                                                        .map(Long::intValue));
                            },
                            512)
                    .count();
            StepVerifier.create(work)
                    .expectNext((long) callers)
                    .expectComplete()
                    .verify(LIMIT.plus(Duration.ofMillis(callers / 10)));
            assertThat(wrong).hasValue(0);
            assertThat(cancelled).hasPositiveValue();
            assertThat(answered.get() + cancelled.get()).isGreaterThanOrEqualTo(callers);
        }
    }

    @Test
    void callersOnManyThreadsShareTheConnection() {
        try (ToolkitScope scope = ToolkitScope.open(server.url())) {
            KeyValueStore<Integer> store = scope.redis().keyValues(namespace, Integer.class);
            Mono<Long> work = Flux.range(0, 8)
                    .flatMap(
                            thread -> Flux.range(0, 2_000)
                                    .flatMap(
                                            i -> store.set(thread + "-" + i, i)
                                                    .then(store.get(thread + "-" + i))
                                                    .filter(value -> value.equals(i)),
                                            32)
                                    .subscribeOn(Schedulers.parallel()),
                            8)
                    .count();
            StepVerifier.create(work).expectNext(16_000L).expectComplete().verify(LIMIT);
            assertThat(server.command("CLIENT", "LIST").toString()).contains("cmd=get");
        }
    }

    @Test
    void aPausedServerMakesCommandsEndAtTheirDeadline() {
        RedisConfig config =
                RedisConfig.builder().commandTimeout(Duration.ofMillis(900)).build();
        try (RedisServer own = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(own.url(), config)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).verifyComplete();
            own.createKeyspace("x").command("CLIENT", "PAUSE", "3000", "ALL");
            StepVerifier.create(store.get("a"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisTimeoutException.class)
                            .hasMessageContaining("GET 'a:a' within 900 ms")
                            .extracting(e -> ((RedisException) e).outcomeUnknown())
                            .isEqualTo(true))
                    .verify(Duration.ofSeconds(2));
            // later commands wait for a connection and end at their deadline too, until the server is back
            StepVerifier.create(store.get("a").retryWhen(Retry.max(30)))
                    .expectNext("1")
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
        }
    }

    @Test
    void aKilledConnectionIsReplacedAndOnlyWrittenCommandsFail() {
        try (RedisServer own = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(own.url())) {
            TestRedis admin = own.createKeyspace("x");
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).verifyComplete();
            for (int round = 0; round < 5; round++) {
                Mono<Long> work = Flux.range(0, 20_000)
                        .flatMap(
                                i -> store.get("a")
                                        .onErrorResume(RedisOutcomeUnknownException.class, e -> Mono.just("1")),
                                256)
                        .count();
                Mono<Long> kill = Mono.delay(Duration.ofMillis(20), Schedulers.boundedElastic())
                        .doOnNext(t -> admin.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
                StepVerifier.create(Mono.zip(work, kill).map(both -> both.getT1()))
                        .expectNext(20_000L)
                        .expectComplete()
                        .verify(LIMIT);
            }
        }
    }

    @Test
    void aServerThatIsDownGivesUnavailableAndComesBackByItself() {
        RedisConfig config = RedisConfig.builder()
                .commandTimeout(Duration.ofSeconds(1))
                .reconnectDelay(Duration.ofMillis(20), Duration.ofMillis(100))
                .build();
        try (RedisServer own = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(own.url(), config)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).verifyComplete();
            own.kill();
            StepVerifier.create(store.get("a").onErrorResume(RedisOutcomeUnknownException.class, e -> store.get("a")))
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("GET 'a:a'")
                            .hasMessageContaining(String.valueOf(own.port())));
            own.restart();
            StepVerifier.create(store.set("a", "2").retryWhen(Retry.max(20))).verifyComplete();
        }
    }

    @Test
    void aFullQueueRefusesAtOnceWithNumbers() {
        RedisConfig config = RedisConfig.builder()
                .maxWaitingCommands(10)
                .commandTimeout(Duration.ofSeconds(1))
                .build();
        try (RedisServer own = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(own.url(), config)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            own.kill();
            Disposable.Composite waiting = Disposables.composite();
            for (int i = 0; i < 10; i++) {
                waiting.add(store.get("a").onErrorComplete().subscribe());
            }
            StepVerifier.create(store.get("a")).verifyErrorSatisfies(error -> {
                assertThat(error).isInstanceOf(RedisQueueFullException.class).hasMessageContaining("limit 10");
                assertThat(((RedisQueueFullException) error).limit()).isEqualTo(10);
            });
            waiting.dispose();
            // cancelled commands give their places back
            StepVerifier.create(store.get("a")
                            .retryWhen(Retry.backoff(10, Duration.ofMillis(10))
                                    .filter(RedisQueueFullException.class::isInstance)))
                    .verifyError(RedisUnavailableException.class);
        }
    }

    @Test
    void aWrongPasswordIsToldAtOnceAndNotRepeated() {
        try (RedisServer own = RedisServer.start()) {
            own.createKeyspace("x").command("CONFIG", "SET", "requirepass", "right");
            String address = own.host() + ":" + own.port();
            try (ToolkitScope scope = ToolkitScope.open("redis://:wr%20ong@" + address)) {
                StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(RedisUnavailableException.class)
                                .hasMessageContaining("password")
                                .hasMessageNotContaining("wr ong"))
                        .verify(Duration.ofSeconds(3));
            }
            try (ToolkitScope scope = ToolkitScope.open("redis://default:right@" + address + "/3")) {
                StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                        .verifyComplete();
            }
        }
    }
}
