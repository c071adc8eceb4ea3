package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.redis.PubSubEvent.Kind;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RedisConfig CONFIG = RedisConfig.builder()
            .connections(1)
            .commandTimeout(Duration.ofSeconds(10))
            .reconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200))
            .build();

    private final ClusterServers cluster = new ClusterServers();

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void slotsAreComputedAsTheServersDo() {
        for (String key : List.of("a", "foo", "{user}:1", "a{b}c", "{}x", "x{", "näh", "a{{b}}")) {
            assertThat(cluster.on(0, "CLUSTER", "KEYSLOT", key))
                    .as(key)
                    .containsExactly(Integer.toString(Slots.of(key)));
        }
    }

    @Test
    void keysOfEverySlotAreReadAndWritten() {
        try (ToolkitScope scope = ToolkitScope.open(cluster.url(), CONFIG)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("every", Integer.class);
            StepVerifier.create(Flux.range(0, 3_000)
                            .flatMap(
                                    i -> store.set("k" + i, i)
                                            .then(store.get("k" + i))
                                            .filter(v -> v.equals(i)),
                                    64)
                            .count())
                    .expectNext(3_000L)
                    .expectComplete()
                    .verify(LIMIT);
            List<String> names = IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();
            StepVerifier.create(store.getAll(names))
                    .assertNext(found -> assertThat(found)
                            .isEqualTo(IntStream.range(0, 300).boxed().collect(Collectors.toMap(i -> "k" + i, i -> i))))
                    .expectComplete()
                    .verify(LIMIT);
            Commands commands = scope.redis().commands();
            StepVerifier.create(commands.masters()
                            .flatMapMany(Flux::fromIterable)
                            .concatMap(node -> node.send(() -> RedisCommand.about(Command.DBSIZE, null)))
                            .map(Replies::number))
                    .recordWith(java.util.ArrayList::new)
                    .expectNextCount(3)
                    .consumeRecordedWith(sizes -> assertThat(sizes).allMatch(size -> size > 500))
                    .expectComplete()
                    .verify(LIMIT);
            Mono<Response> removed = commands.send(() -> RedisCommand.about(Command.UNLINK, "many")
                    .with("every:k1")
                    .with("every:k2")
                    .with("none"));
            StepVerifier.create(removed.map(Replies::number))
                    .expectNext(2L)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aScanSeesTheKeysOfEveryMaster() {
        try (ToolkitScope scope = ToolkitScope.open(cluster.url(), CONFIG)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("scanned", Integer.class);
            Set<String> keys = IntStream.range(0, 900).mapToObj(i -> "k" + i).collect(Collectors.toSet());
            StepVerifier.create(Flux.fromIterable(keys).flatMap(key -> store.set(key, 1), 64))
                    .expectComplete()
                    .verify(LIMIT);
            StepVerifier.create(store.scan("k").collect(Collectors.toSet()))
                    .expectNext(keys)
                    .expectComplete()
                    .verify(LIMIT);
            StepVerifier.create(store.scan("k12").take(5).count())
                    .expectNext(5L)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void whatAProcessKeepsFollowsChangesOnEveryMasterAndSlotsThatMove() {
        try (ToolkitScope one = ToolkitScope.open(cluster.url(), CONFIG);
                ToolkitScope two = ToolkitScope.open(cluster.url(), CONFIG)) {
            NearCacheConfig settings = NearCacheConfig.of(1_000).withMaximumAge(Duration.ofHours(1));
            Cache<Integer, Integer> near = one.redis()
                    .cache("kept", Integer.class, Integer.class, c -> c.redisTimeout(LIMIT)
                            .near(settings.withMaximumDelay(Duration.ofMinutes(1))));
            Cache<Integer, Integer> far = two.redis().cache("kept", Integer.class, Integer.class);
            int slot = Slots.of("kept:0");
            int from = slot * 3 / Slots.COUNT;
            int to = (from + 1) % 3;
            for (int version = 0; version < 4; version++) {
                int now = version;
                StepVerifier.create(Flux.range(0, 60).concatMap(key -> far.put(key, now)))
                        .expectComplete()
                        .verify(LIMIT);
                Eventually.until("all masters' news are heard, and all is kept", () -> {
                    long hits = near.snapshot().near().hits();
                    Boolean right = Flux.range(0, 60)
                            .concatMap(key -> near.get(key, k -> Mono.just(-1)))
                            .all(value -> value == now)
                            .block(LIMIT);
                    return Boolean.TRUE.equals(right) && near.snapshot().near().hits() == hits + 60;
                });
                cluster.move(slot, now % 2 == 0 ? from : to, now % 2 == 0 ? to : from);
            }
            StepVerifier.create(far.invalidateAll()).expectComplete().verify(LIMIT);
            Eventually.until(
                    "the new generation is seen",
                    () -> Boolean.TRUE.equals(Flux.range(0, 60)
                            .concatMap(key -> near.get(key, k -> Mono.just(-1)))
                            .all(value -> value == -1)
                            .block(LIMIT)));
        }
    }

    @Test
    void aQueueWorksOnWhicheverMasterHasIt() {
        try (ToolkitScope scope = ToolkitScope.open(cluster.url(), CONFIG)) {
            for (String name : List.of("red", "green", "blue")) {
                JobQueue<Integer> queue = scope.redis().queue(name, Integer.class);
                Mono<Long> work = queue.enqueueAll(Flux.range(0, 50))
                        .thenMany(queue.consume(job -> Mono.empty(), ConsumeOptions.defaults()))
                        .take(50)
                        .count();
                StepVerifier.create(work).expectNext(50L).expectComplete().verify(LIMIT);
            }
        }
    }

    @Test
    void aSlotThatMovesUnderLoadDisturbsNobody() {
        try (ToolkitScope scope = ToolkitScope.open(cluster.url(), CONFIG)) {
            KeyValueStore<Integer> store = scope.redis().keyValues("moving", Integer.class);
            int slot = Slots.of("{t}");
            int from = slot * 3 / Slots.COUNT;
            int to = (from + 1) % 3;
            List<String> keys = IntStream.range(0, 200).mapToObj(i -> "{t}" + i).toList();
            StepVerifier.create(Flux.fromIterable(keys).flatMap(key -> store.set(key, 0), 32))
                    .expectComplete()
                    .verify(LIMIT);
            AtomicLong answered = new AtomicLong();
            AtomicBoolean moved = new AtomicBoolean();
            Mono<Void> move = Mono.<Void>fromRunnable(() -> {
                        for (int round = 0; round < 4; round++) {
                            long before = answered.get();
                            Eventually.until("the load runs", () -> answered.get() > before + 200);
                            cluster.move(slot, round % 2 == 0 ? from : to, round % 2 == 0 ? to : from);
                        }
                        moved.set(true);
                    })
                    .subscribeOn(Schedulers.boundedElastic());
            Mono<Boolean> load = Flux.range(0, Integer.MAX_VALUE)
                    .takeWhile(i -> !moved.get())
                    .flatMap(
                            i -> {
                                String key = keys.get(i % keys.size());
                                return store.set(key, i)
                                        .then(store.get(key))
                                        .hasElement()
                                        .doOnNext(found -> answered.incrementAndGet());
                            },
                            16)
                    .all(found -> found);
            StepVerifier.create(load.zipWith(move.thenReturn(true)).map(both -> both.getT1()))
                    .expectNext(true)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void aNodeThatDiesIsFollowedByItsReplicaAndTheOthersGoOn() {
        try (ClusterServers own = new ClusterServers();
                ToolkitScope scope = ToolkitScope.open(own.url(), CONFIG)) {
            int replica = own.replicaOf(2);
            KeyValueStore<Integer> store = scope.redis().keyValues("dying", Integer.class);
            Map<Integer, String> keys = IntStream.range(0, 1_000)
                    .mapToObj(i -> "k" + i)
                    .collect(Collectors.toMap(
                            key -> Slots.of("dying:" + key) * 3 / Slots.COUNT, key -> key, (a, b) -> a));
            StepVerifier.create(Flux.fromIterable(keys.values()).concatMap(key -> store.set(key, 1)))
                    .expectComplete()
                    .verify(LIMIT);
            List<PubSubEvent<String>> events = new CopyOnWriteArrayList<>();
            Disposable subscription = scope.redis().pubSub().subscribe("news").subscribe(events::add);
            Eventually.until("subscribed", () -> events.stream().anyMatch(e -> e.kind() == Kind.SUBSCRIBED));
            own.server(2).kill();
            StepVerifier.create(store.get(keys.get(0)).zipWith(store.get(keys.get(1))))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(LIMIT);
            StepVerifier.create(store.set(keys.get(2), 2)
                            .retryWhen(Retry.fixedDelay(100, Duration.ofMillis(100)))
                            .then(store.get(keys.get(2))))
                    .expectNext(2)
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(own.on(replica, "ROLE")).contains("master");
            StepVerifier.create(scope.redis()
                            .pubSub()
                            .publish("news", "x")
                            .retry(20)
                            .repeat(20)
                            .takeUntil(receivers -> events.stream().anyMatch(e -> e.kind() == Kind.MESSAGE)))
                    .thenConsumeWhile(receivers -> true)
                    .expectComplete()
                    .verify(LIMIT);
            Eventually.until("a message", () -> events.stream().anyMatch(e -> e.kind() == Kind.MESSAGE));
            subscription.dispose();
        }
    }

    @Test
    void aClusterThatIsNotThereIsUnavailableInTime() {
        RedisConfig config =
                RedisConfig.builder().commandTimeout(Duration.ofSeconds(1)).build();
        try (ToolkitScope scope = ToolkitScope.open("redis-cluster://localhost:1,localhost:2", config)) {
            StepVerifier.create(scope.redis().keyValues("a", String.class).get("a"))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(RedisUnavailableException.class)
                            .hasMessageContaining("GET 'a:a'")
                            .hasMessageContaining("cluster localhost:1,localhost:2"))
                    .verify(Duration.ofSeconds(10));
        }
    }
}
