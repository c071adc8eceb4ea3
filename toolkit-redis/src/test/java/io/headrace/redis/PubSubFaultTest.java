package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.PubSubEvent.Kind;
import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class PubSubFaultTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RedisConfig QUICK = RedisConfig.builder()
            .connections(1)
            .commandTimeout(Duration.ofSeconds(2))
            .reconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100))
            .build();

    @Test
    void aKilledConnectionSubscribesAgainAndTellsTheGap() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), QUICK)) {
            TestRedis admin = server.createKeyspace("x");
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription =
                    scope.redis().pubSub().subscribe("a", "b", "c").subscribe(events::add);
            Eventually.until("subscribed", () -> events.size() == 1);
            for (int round = 1; round <= 20; round++) {
                int expected = round;
                admin.command("CLIENT", "KILL", "TYPE", "pubsub");
                Eventually.until("gap " + round, () -> count(events, Kind.GAP) == expected);
                admin.command("PUBLISH", "c", "message " + round);
                Eventually.until("message " + round, () -> count(events, Kind.MESSAGE) == expected);
            }
            assertThat(count(events, Kind.SUBSCRIBED)).isEqualTo(1);
            subscription.dispose();
        }
    }

    @Test
    void aRestartedServerIsFoundAgain() {
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), QUICK)) {
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription =
                    scope.redis().pubSub().subscribePattern("*").subscribe(events::add);
            Eventually.until("subscribed", () -> events.size() == 1);
            server.kill();
            // one who comes while the server is down is told so in time
            StepVerifier.create(scope.redis().pubSub().subscribe("late"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("SUBSCRIBE 'late' was not confirmed within 2 s"))
                    .verify(LIMIT);
            server.restart();
            Eventually.until("gap", () -> count(events, Kind.GAP) == 1);
            server.createKeyspace("x").command("PUBLISH", "any", "1");
            Eventually.until("message", () -> count(events, Kind.MESSAGE) == 1);
            subscription.dispose();
        }
    }

    @Test
    void aSilentLinkIsGivenUpWithinTwiceTheCommandTimeout() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), QUICK)) {
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription = scope.redis().pubSub().subscribe("a").subscribe(events::add);
            Eventually.until("subscribed", () -> events.size() == 1);
            long began = System.nanoTime();
            proxy.blackHoleExisting();
            Eventually.until("gap", () -> count(events, Kind.GAP) == 1);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
            subscription.dispose();
        }
    }

    @Test
    void probesKeepAQuietConnection() {
        RedisConfig config =
                RedisConfig.builder().commandTimeout(Duration.ofMillis(50)).build();
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), config)) {
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription = scope.redis().pubSub().subscribe("a").subscribe(events::add);
            Eventually.until("subscribed", () -> events.size() == 1);
            long before = proxy.roundTrips();
            Eventually.until("ten probes", () -> proxy.roundTrips() >= before + 10);
            assertThat(events).hasSize(1);
            subscription.dispose();
        }
    }

    @Test
    void aUserWhoMayNotSubscribeIsToldAndOthersGoOn() {
        try (RedisServer server = RedisServer.start()) {
            server.createKeyspace("x")
                    .command("ACL", "SETUSER", "app", "on", ">pw", "~*", "resetchannels", "&open*", "+@all");
            String url = "redis://app:pw@" + server.host() + ":" + server.port();
            try (ToolkitScope scope = ToolkitScope.open(url, QUICK)) {
                PubSub<String> news = scope.redis().pubSub();
                List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
                Disposable subscription = news.subscribe("open1").subscribe(events::add);
                StepVerifier.create(news.subscribe("open2", "closed", "open3"))
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(RedisReplyException.class)
                                .hasMessageContaining("SUBSCRIBE 'closed'")
                                .hasMessageContaining("NOPERM"))
                        .verify(LIMIT);
                Eventually.until("subscribed", () -> events.size() == 1);
                StepVerifier.create(news.publish("open1", "1")).expectNext(1L).verifyComplete();
                Eventually.until("message", () -> count(events, Kind.MESSAGE) == 1);
                StepVerifier.create(news.publish("open2", "1")).expectNext(0L).verifyComplete();
                subscription.dispose();
            }
        }
    }

    @Test
    void aWrongPasswordEndsWhoeverWaits() {
        try (RedisServer server = RedisServer.start()) {
            server.createKeyspace("x").command("CONFIG", "SET", "requirepass", "right");
            try (ToolkitScope scope = ToolkitScope.open("redis://:wrong@" + server.host() + ":" + server.port())) {
                StepVerifier.create(scope.redis().pubSub().subscribe("a"))
                        .expectErrorSatisfies(error -> assertThat(error)
                                .isInstanceOf(RedisUnavailableException.class)
                                .hasMessageContaining("password")
                                .hasMessageNotContaining("wrong"))
                        .verify(Duration.ofSeconds(3));
            }
        }
    }

    private static long count(List<PubSubEvent<String>> events, Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).count();
    }
}
