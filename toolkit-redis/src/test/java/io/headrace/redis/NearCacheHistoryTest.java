package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/**
 * Random histories of two processes that both keep values. Bursts of changes run among reads and loads; now and then all
 * connections are killed. The longest delay after a burst, both give what its last change left.
 */
class NearCacheHistoryTest {

    private static final int KEYS = 4;
    private static final int BURSTS = 12;
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AtomicLongArray source = new AtomicLongArray(KEYS);
    private final Random random = new Random(11);

    @Test
    void theLongestDelayAfterAChangeNobodyReadsWhatWasBefore() {
        RedisConfig config = RedisConfig.builder()
                .reconnectDelay(Duration.ofMillis(5), Duration.ofMillis(50))
                .build();
        try (RedisServer server = RedisServer.start();
                ToolkitScope one = ToolkitScope.open(server.url(), config).connected();
                ToolkitScope two = ToolkitScope.open(server.url(), config).connected()) {
            List<Cache<Integer, Long>> caches = List.of(cache(one), cache(two));
            List<String> violations = new ArrayList<>();
            for (int burst = 0; burst < BURSTS; burst++) {
                if (burst % 4 == 3) {
                    server.createKeyspace("x").command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
                StepVerifier.create(burst(caches)).expectComplete().verify(LIMIT);
                LockSupport.parkNanos(DELAY.toNanos());
                for (int n = 0; n < 6 * KEYS; n++) {
                    int key = n % KEYS;
                    Long read = caches.get(n / KEYS % 2).get(key, this::load).block(LIMIT);
                    if (read == null || read != source.get(key)) {
                        violations.add("burst " + burst + ", key " + key + ": " + read + " for " + source.get(key));
                    }
                }
            }
            assertThat(violations).isEmpty();
            for (Cache<Integer, Long> cache : caches) {
                assertThat(cache.snapshot().near().hits()).isPositive();
                assertThat(cache.snapshot().near().changes()).isPositive();
            }
        }
    }

    private Cache<Integer, Long> cache(ToolkitScope scope) {
        return scope.redis().cache("h", Integer.class, Long.class, c -> c.redisTimeout(Duration.ofSeconds(5))
                .near(NearCacheConfig.of(100)
                        .withMaximumAge(Duration.ofHours(1))
                        .withMaximumDelay(DELAY)));
    }

    private Mono<Void> burst(List<Cache<Integer, Long>> caches) {
        AtomicBoolean changing = new AtomicBoolean(true);
        Flux<Void> changes = Flux.range(0, 1 + random.nextInt(8)).concatMap(n -> {
            Cache<Integer, Long> cache = caches.get(random.nextInt(2));
            int kind = random.nextInt(10);
            return Mono.delay(Duration.ofNanos(random.nextInt(2_000_000))).then(change(cache, kind));
        });
        Flux<Long> reads = Flux.range(0, 2 * KEYS)
                .flatMap(
                        n -> Mono.defer(() -> caches.get(n % 2).get(n / 2, this::load))
                                .subscribeOn(Schedulers.parallel())
                                .repeat(changing::get),
                        2 * KEYS);
        return Flux.merge(changes.doFinally(end -> changing.set(false)), reads).then();
    }

    /** The source first, then the cache, and again while the answer is lost. */
    private Mono<Void> change(Cache<Integer, Long> cache, int kind) {
        return Mono.defer(() -> {
            if (kind == 0) {
                IntStream.range(0, KEYS).forEach(source::incrementAndGet);
                return cache.invalidateAll().retry(10);
            }
            int key = kind % KEYS;
            long version = source.incrementAndGet(key);
            Mono<Void> told = kind < 5 ? cache.put(key, version) : cache.invalidate(key);
            return told.retry(10);
        });
    }

    private Mono<Long> load(int key) {
        return Mono.fromSupplier(() -> source.get(key))
                .delayElement(Duration.ofMillis(Math.floorMod(System.identityHashCode(new Object()), 4)));
    }
}
