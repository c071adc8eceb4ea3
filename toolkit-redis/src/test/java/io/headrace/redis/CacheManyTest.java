package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Many keys in one call, and invalidation after a commit. */
@RedisTest
class CacheManyTest {

    private final TestRedis server;
    private final String name;
    private final List<Collection<Long>> asked = new ArrayList<>();
    private ToolkitScope scope;
    private Cache<Long, String> cache;

    CacheManyTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "many";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        scope = ToolkitScope.open(server.url()).connected();
        cache = scope.redis().cache(name, Long.class, String.class, c -> c.negativeTtl(Duration.ofMinutes(1))
                .redisTimeout(Duration.ofSeconds(10)));
    }

    @AfterEach
    void close() {
        scope.close();
    }

    /** Knows the even numbers. */
    private Mono<Map<Long, String>> load(Collection<Long> keys) {
        return Mono.fromSupplier(() -> {
            asked.add(List.copyOf(keys));
            Map<Long, String> values = new HashMap<>();
            keys.stream().filter(key -> key % 2 == 0).forEach(key -> values.put(key, "v" + key));
            return values;
        });
    }

    @Test
    void whatIsMissingIsLoadedWithOneCallAndStored() {
        StepVerifier.create(cache.put(2L, "two").then(cache.getAll(List.of(1L, 2L, 4L, 4L), this::load)))
                .assertNext(found -> assertThat(found).containsExactly(Map.entry(2L, "two"), Map.entry(4L, "v4")))
                .verifyComplete();
        assertThat(asked).containsExactly(List.of(1L, 4L));
        StepVerifier.create(cache.getAll(List.of(4L, 1L, 2L), this::load))
                .assertNext(found -> assertThat(found.keySet()).containsExactly(4L, 2L))
                .verifyComplete();
        assertThat(asked).hasSize(1);
        CacheSnapshot counted = cache.snapshot();
        assertThat(counted.hits()).isEqualTo(4);
        assertThat(counted.misses()).isEqualTo(2);
        assertThat(counted.loads()).isEqualTo(1);
        StepVerifier.create(cache.getAll(List.of(), this::load))
                .expectNext(Map.of())
                .verifyComplete();
    }

    @Test
    void aThousandKeysAreReadInChunks() {
        List<Long> keys = LongStream.range(0, 1_000).boxed().toList();
        StepVerifier.create(cache.getAll(keys, this::load).map(Map::size))
                .expectNext(500)
                .verifyComplete();
        StepVerifier.create(cache.getAll(keys, this::load).map(Map::size))
                .expectNext(500)
                .verifyComplete();
        assertThat(asked).hasSize(1);
    }

    @Test
    void aFailedLoadGivesAllLeasesBack() {
        StepVerifier.create(cache.getAll(List.of(1L, 2L), keys -> Mono.error(new IllegalStateException("no"))))
                .verifyErrorMessage("no");
        StepVerifier.create(cache.get(2L, key -> Mono.just("two")))
                .expectNext("two")
                .expectComplete()
                .verify(Duration.ofSeconds(1));
        assertThat(cache.snapshot().loadFailures()).isEqualTo(1);
    }

    @Test
    void keysThatOthersLoadAreLoadedTooAndNotStored() {
        var loading = cache.get(2L, key -> Mono.never()).subscribe();
        StepVerifier.create(Mono.fromSupplier(() -> cache.snapshot().loads() == 1)
                        .filter(begun -> begun)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(cache.getAll(List.of(2L, 4L), this::load))
                .assertNext(found -> assertThat(found).hasSize(2))
                .verifyComplete();
        StepVerifier.create(cache.peek(2L)).verifyComplete();
        StepVerifier.create(cache.peek(4L)).expectNext("v4").verifyComplete();
        loading.dispose();
    }

    @Test
    void anInvalidationWaitsForTheCommit() {
        AtomicReference<Mono<Void>> registered = new AtomicReference<>();
        StepVerifier.create(cache.put(8L, "old")
                        .then(cache.invalidateAfterCommit(work -> Mono.fromRunnable(() -> registered.set(work)), 8L)))
                .verifyComplete();
        StepVerifier.create(cache.peek(8L)).expectNext("old").verifyComplete();
        StepVerifier.create(registered.get().then(cache.peek(8L))).verifyComplete();
    }
}
