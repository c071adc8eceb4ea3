package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.PubSubEvent.Kind;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** One master, one replica and one sentinel, and the address of a sentinel that is not there. */
class SentinelTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RedisConfig CONFIG = RedisConfig.builder()
            .commandTimeout(Duration.ofSeconds(10))
            .reconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200))
            .build();

    private final RedisServer master = RedisServer.start();
    private final RedisServer replica = RedisServer.startWith(
            "--replicaof", master.host(), Integer.toString(master.port()), "--repl-diskless-sync-delay", "0");
    private final RedisServer sentinel = RedisServer.startWith("--sentinel");
    private final TestRedis watch = sentinel.createKeyspace("x");

    @BeforeEach
    void watchTheMaster() {
        watch.command("SENTINEL", "MONITOR", "shop", master.host(), Integer.toString(master.port()), "1");
        watch.command("SENTINEL", "SET", "shop", "down-after-milliseconds", "500");
        watch.command("SENTINEL", "SET", "shop", "failover-timeout", "3000");
        Eventually.until(
                "the sentinel knows the replica, and it follows",
                () -> watch.command("SENTINEL", "REPLICAS", "shop").containsAll(List.of("master-link-status", "ok")));
    }

    @AfterEach
    void stop() {
        sentinel.close();
        replica.close();
        master.close();
    }

    private String url() {
        return "redis-sentinel://localhost:1,127.0.0.1:" + sentinel.port() + "?master=shop";
    }

    @Test
    void anUnknownMasterIsToldWithItsSentinels() {
        String url = "redis-sentinel://localhost:1,127.0.0.1:" + sentinel.port() + "?master=other";
        RedisConfig config =
                RedisConfig.builder().commandTimeout(Duration.ofSeconds(6)).build();
        try (ToolkitScope scope = ToolkitScope.open(url, config)) {
            StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("no sentinel knows a master 'other'")
                            .hasMessageContaining("it knows no such master"))
                    .verify(LIMIT);
        }
    }

    @Test
    void aDeadMasterIsFollowedByItsSuccessor() {
        try (ToolkitScope scope = ToolkitScope.open(url(), CONFIG)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription = scope.redis().pubSub().subscribe("news").subscribe(events::add);
            StepVerifier.create(store.set("a", "1")).expectComplete().verify(LIMIT);
            Eventually.until("subscribed", () -> events.size() == 1);
            Eventually.until(
                    "replicated",
                    () -> replica.createKeyspace("x").command("EXISTS", "a:a").equals(List.of("1")));
            master.kill();
            StepVerifier.create(store.set("a", "2")
                            .retryWhen(Retry.fixedDelay(200, Duration.ofMillis(100)))
                            .then(store.get("a")))
                    .expectNext("2")
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(replica.createKeyspace("x").command("GET", "a:a")).containsExactly("2");
            Eventually.until("the subscription is there", () -> events.stream().anyMatch(e -> e.kind() == Kind.GAP));
            StepVerifier.create(scope.redis().pubSub().publish("news", "x"))
                    .expectNext(1L)
                    .expectComplete()
                    .verify(LIMIT);
            subscription.dispose();
        }
    }

    @Test
    void aSwitchUnderLoadLosesNoAnsweredWrite() {
        try (ToolkitScope scope = ToolkitScope.open(url(), CONFIG)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("load", Integer.class);
            StepVerifier.create(store.set("first", 1)).expectComplete().verify(LIMIT);
            Mono<Long> load = Flux.interval(Duration.ofMillis(1))
                    .onBackpressureDrop()
                    .takeUntilOther(Mono.delay(Duration.ofSeconds(6)))
                    .flatMap(
                            i -> store.set("k" + i, i.intValue())
                                    .thenReturn(1)
                                    .onErrorResume(RedisOutcomeUnknownException.class, e -> Mono.just(1)),
                            64)
                    .count();
            StepVerifier.create(load.doOnSubscribe(s -> watch.command("SENTINEL", "FAILOVER", "shop")))
                    .assertNext(count -> assertThat(count).isGreaterThan(100))
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(watch.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "shop"))
                    .contains(Integer.toString(replica.port()));
            StepVerifier.create(store.set("last", 1)).expectComplete().verify(LIMIT);
            assertThat(replica.createKeyspace("x").command("EXISTS", "load:last"))
                    .containsExactly("1");
        }
    }
}
