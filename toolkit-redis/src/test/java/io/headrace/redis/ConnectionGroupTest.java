package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisServer;
import io.headrace.test.TestRedis;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class ConnectionGroupTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void threadsSpreadOverTheConnectionsAndRepliesStayOnTheirLoop() {
        RedisConfig config =
                RedisConfig.builder().connections(3).clientName("three").build();
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), config)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("group", Integer.class);
            Set<String> loops = ConcurrentHashMap.newKeySet();
            Mono<Void> chain = store.set("a", 1).then(Mono.defer(() -> {
                String thread = Thread.currentThread().getName();
                loops.add(thread);
                return store.get("a")
                        .doOnNext(value ->
                                assertThat(Thread.currentThread().getName()).isEqualTo(thread))
                        .then();
            }));
            // three threads with consecutive numbers
            Mono<Void> work = Flux.range(0, 3)
                    .flatMap(i -> chain.subscribeOn(Schedulers.newSingle("caller-" + i)), 3)
                    .then();
            StepVerifier.create(work).expectComplete().verify(LIMIT);
            assertThat(loops).hasSizeGreaterThanOrEqualTo(2);
            assertThat(named(server, "three")).hasSize(loops.size());
        }
    }

    @Test
    void aLostConnectionKeepsItsNameAndDatabaseAndScripts() {
        RedisConfig config =
                RedisConfig.builder().connections(1).clientName("worker:7").build();
        try (RedisServer server = RedisServer.start()) {
            TestRedis admin = server.createKeyspace("x");
            admin.command("ACL", "SETUSER", "app", "on", ">s3cret", "~*", "&*", "+@all");
            String url = "redis://app:s3cret@" + server.host() + ":" + server.port() + "/5";
            try (ToolkitScope scope = ToolkitScope.open(url, config)) {
                JobQueue<String> queue = scope.redis().queue("restored", String.class);
                StepVerifier.create(queue.stats()).expectNextCount(1).verifyComplete();
                String before = named(server, "worker:7").get(0);
                assertThat(before).contains(" db=5 ", " user=app ");
                admin.command("SCRIPT", "FLUSH");
                admin.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                StepVerifier.create(queue.stats().retry(3)).expectNextCount(1).verifyComplete();
                String after = named(server, "worker:7").get(0);
                assertThat(after).contains(" db=5 ", " user=app ");
                assertThat(after.substring(0, 8)).isNotEqualTo(before.substring(0, 8));
            }
        }
    }

    @Test
    void aWrittenReadIsSentAgainAfterALossAndAWriteIsNot() {
        RedisConfig config = RedisConfig.builder().connections(1).build();
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                ToolkitScope scope =
                        ToolkitScope.open(server.createKeyspace("x").urlThrough(proxy), config)) {
            KeyValueStore<String> store = scope.redis().keyValues("a", String.class);
            StepVerifier.create(store.set("a", "1")).verifyComplete();
            server.pause();
            long before = proxy.bytesForwarded();
            StepVerifier.create(store.get("a"))
                    .then(() -> cut(server, proxy, before))
                    .expectNext("1")
                    .expectComplete()
                    .verify(LIMIT);
            server.pause();
            long second = proxy.bytesForwarded();
            StepVerifier.create(store.set("a", "2"))
                    .then(() -> cut(server, proxy, second))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisOutcomeUnknownException.class)
                            .hasMessageContaining("SET 'a:a'. It may have been executed"))
                    .verify(LIMIT);
        }
    }

    @Test
    void aReadThatLosesEachConnectionIsGivenUp() {
        RedisConfig config = RedisConfig.builder().connections(1).build();
        try (RedisServer server = RedisServer.start();
                ToolkitScope scope = ToolkitScope.open(server.url(), config)) {
            Mono<?> blocked = scope.redis().commands().send(() -> RedisCommand.on(Command.BLPOP, "nothing")
                    .with(0)
                    .repeatable());
            AtomicInteger killed = new AtomicInteger();
            StepVerifier.create(blocked.then())
                    .then(() -> {
                        while (killed.get() < 3) {
                            killBlocked(server, killed);
                        }
                    })
                    .expectError(RedisOutcomeUnknownException.class)
                    .verify(LIMIT);
        }
    }

    private static void cut(RedisServer server, FaultProxy proxy, long before) {
        Eventually.until("the command is written", () -> proxy.bytesForwarded() > before);
        proxy.reset();
        Eventually.until("every link is cut", () -> proxy.links() == 0);
        server.resume();
    }

    private static void killBlocked(RedisServer server, AtomicInteger killed) {
        TestRedis admin = server.createKeyspace("x");
        String clients = String.join("\n", admin.command("CLIENT", "LIST"));
        clients.lines().filter(line -> line.contains("cmd=blpop")).forEach(line -> {
            admin.command("CLIENT", "KILL", "ID", line.substring(3, line.indexOf(' ')));
            killed.incrementAndGet();
        });
    }

    private static List<String> named(RedisServer server, String name) {
        return String.join("\n", server.createKeyspace("x").command("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=" + name + " "))
                .toList();
    }
}
