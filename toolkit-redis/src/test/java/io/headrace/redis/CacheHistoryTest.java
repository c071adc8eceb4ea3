package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Random histories of two processes on one cache. Each key has a version at its source; a change raises it and then
 * invalidates (or puts). Once that has completed, nobody may read an older version, however slow a loader was.
 */
@RedisTest
class CacheHistoryTest {

    private static final int KEYS = 3;
    private static final int CHANGES = 400;

    private final AtomicLongArray source = new AtomicLongArray(KEYS);
    /** The version from which on reads must be. */
    private final AtomicLongArray floor = new AtomicLongArray(KEYS);

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private volatile boolean changing = true;

    private final TestRedis server;

    CacheHistoryTest(TestRedis server) {
        this.server = server;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nothingOlderThanTheLastChangeIsRead(long seed) {
        try (ToolkitScope one = ToolkitScope.open(server.url());
                ToolkitScope two = ToolkitScope.open(server.url())) {
            List<Cache<Integer, Long>> caches = List.of(cache(one, seed), cache(two, seed));
            Mono<Void> changes = changes(caches, new Random(seed)).doFinally(end -> changing = false);
            Flux<Void> reads = Flux.fromStream(IntStream.range(0, 2 * KEYS).boxed())
                    .flatMap(n -> reads(caches.get(n % 2), n / 2, new Random(seed * 31 + n)), 2 * KEYS);
            StepVerifier.create(Flux.merge(changes, reads)).expectComplete().verify(Duration.ofSeconds(60));
            assertThat(violations).isEmpty();
            CacheSnapshot counted = caches.get(0).snapshot();
            // the history was of use: all of this took place
            assertThat(counted.hits()).isPositive();
            assertThat(counted.loads()).isPositive();
            assertThat(counted.rejectedFills()).isPositive();
            assertThat(counted.redisFailures()).isZero();
        }
    }

    private Cache<Integer, Long> cache(ToolkitScope scope, long seed) {
        return scope.redis().cache(server.keyPrefix() + "history" + seed, Integer.class, Long.class, c -> c.ttl(
                        Duration.ofMillis(60))
                .softTtl(Duration.ofMillis(20))
                .earlyRefresh(1)
                .negativeTtl(Duration.ofMillis(20))
                .redisTimeout(Duration.ofSeconds(5))
                .fillWait(Duration.ofMillis(30)));
    }

    private Mono<Void> changes(List<Cache<Integer, Long>> caches, Random random) {
        return Flux.range(0, CHANGES)
                .concatMap(n -> {
                    Cache<Integer, Long> cache = caches.get(random.nextInt(2));
                    int key = random.nextInt(KEYS);
                    int kind = random.nextInt(20);
                    Mono<Void> pause =
                            Mono.delay(Duration.ofMillis(random.nextInt(6))).then();
                    return pause.then(Mono.defer(() -> kind == 0 ? changeAll(cache) : change(cache, key, kind)));
                })
                .then();
    }

    private Mono<Void> change(Cache<Integer, Long> cache, int key, int kind) {
        long version = source.incrementAndGet(key);
        Mono<Void> told = kind < 5 ? cache.put(key, version) : cache.invalidate(key);
        return told.doOnSuccess(done -> floor.set(key, version));
    }

    private Mono<Void> changeAll(Cache<Integer, Long> cache) {
        long[] versions =
                IntStream.range(0, KEYS).mapToLong(source::incrementAndGet).toArray();
        return cache.invalidateAll().doOnSuccess(done -> {
            for (int key = 0; key < KEYS; key++) {
                floor.set(key, versions[key]);
            }
        });
    }

    /** One read at a time, so that none joins a load of its process that began before a change elsewhere. */
    private Mono<Void> reads(Cache<Integer, Long> cache, int key, Random random) {
        return Mono.defer(() -> read(cache, key, random)).repeat(() -> changing).then();
    }

    private Mono<Void> read(Cache<Integer, Long> cache, int key, Random random) {
        long least = floor.get(key);
        int kind = random.nextInt(10);
        Mono<Long> read = kind == 0
                ? cache.peek(key)
                : cache.get(key, k -> load(k, random.nextInt(25), kind == 1)).onErrorComplete(Failed.class);
        Mono<Long> hasty = kind == 2 ? read.timeout(Duration.ofMillis(5), Mono.empty()) : read;
        return hasty.doOnNext(version -> {
                    if (version < least) {
                        violations.add("key " + key + ": " + version + " after " + least + " (" + kind + ")");
                    }
                })
                .then();
    }

    /** Sees the version at its beginning and gives it at its end. */
    private Mono<Long> load(int key, int millis, boolean failing) {
        return Mono.fromSupplier(() -> source.get(key)).flatMap(version -> Mono.delay(Duration.ofMillis(millis))
                .then(failing ? Mono.error(new Failed()) : Mono.just(version)));
    }

    private static final class Failed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
