package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Two processes, played by two toolkits, that share a cache. */
@RedisTest
class CacheProcessesTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestRedis server;
    private final String name;
    private final Sinks.Empty<Void> begun = Sinks.empty();
    private ToolkitScope one;
    private ToolkitScope two;

    CacheProcessesTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "shared";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        one = ToolkitScope.open(server.url()).connected();
        two = ToolkitScope.open(server.url()).connected();
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private Cache<Long, String> cache(ToolkitScope scope, UnaryOperator<CacheConfig.Builder> settings) {
        return scope.redis().cache(name, Long.class, String.class, c -> settings.apply(c.redisTimeout(LIMIT)));
    }

    private Cache<Long, String> cache(ToolkitScope scope) {
        return cache(scope, UnaryOperator.identity());
    }

    @Test
    void aThousandCallersInTwoProcessesShareOneLoad() {
        Cache<Long, String> first = cache(one);
        Cache<Long, String> second = cache(two);
        AtomicInteger loads = new AtomicInteger();
        Mono<String> load = Mono.delay(Duration.ofMillis(100)).map(late -> "v" + loads.incrementAndGet());
        StepVerifier.create(Flux.range(0, 1_000)
                        .flatMap(i -> (i % 2 == 0 ? first : second).get(1L, key -> load), 1_000)
                        .distinct()
                        .collectList())
                .expectNext(List.of("v1"))
                .expectComplete()
                .verify(LIMIT);
        assertThat(first.snapshot().loads() + second.snapshot().loads()).isEqualTo(1);
    }

    @Test
    void anInvalidationElsewhereKeepsAnOldLoadOut() {
        Cache<Long, String> first = cache(one);
        Cache<Long, String> second = cache(two);
        Sinks.One<String> old = Sinks.one();
        StepVerifier.create(first.get(2L, key -> announced(old.asMono())))
                .then(() -> awaitLoad())
                .then(() -> second.invalidate(2L).block(LIMIT))
                .then(() -> old.tryEmitValue("old").orThrow())
                .expectNext("old")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(second.peek(2L)).verifyComplete();
        assertThat(first.snapshot().rejectedFills()).isEqualTo(1);
    }

    @Test
    void aNewGenerationKeepsAnOldLoadOutAndEmptiesTheCacheEverywhere() {
        Cache<Long, String> first = cache(one);
        Cache<Long, String> second = cache(two);
        Sinks.One<String> old = Sinks.one();
        StepVerifier.create(first.put(4L, "other")).verifyComplete();
        StepVerifier.create(first.get(3L, key -> announced(old.asMono())))
                .then(() -> awaitLoad())
                .then(() -> second.invalidateAll().block(LIMIT))
                .then(() -> old.tryEmitValue("old").orThrow())
                .expectNext("old")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(second.peek(3L)).verifyComplete();
        StepVerifier.create(first.peek(4L)).verifyComplete();
        StepVerifier.create(second.get(3L, key -> Mono.just("new")))
                .expectNext("new")
                .verifyComplete();
        StepVerifier.create(first.peek(3L)).expectNext("new").verifyComplete();
    }

    @Test
    void aLostGenerationRevivesNothing() {
        Cache<Long, String> first = cache(one);
        StepVerifier.create(first.put(5L, "old").then(first.invalidateAll())).verifyComplete();
        server.command("DEL", "{" + name + "}:generation");
        StepVerifier.create(first.peek(5L)).verifyComplete();
    }

    @Test
    void aPutElsewhereIsNotOverwrittenByAnOldLoad() {
        Sinks.One<String> old = Sinks.one();
        StepVerifier.create(cache(one).get(6L, key -> announced(old.asMono())))
                .then(() -> awaitLoad())
                .then(() -> cache(two).put(6L, "new").block(LIMIT))
                .then(() -> old.tryEmitValue("old").orThrow())
                .expectNext("old")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(cache(two).peek(6L)).expectNext("new").verifyComplete();
    }

    @Test
    void whoHasWaitedLongEnoughTakesTheLeaseOver() {
        Cache<Long, String> dead = cache(one);
        Cache<Long, String> alive = cache(two, c -> c.fillWait(Duration.ofMillis(100)));
        var hanging = dead.get(7L, key -> announced(Mono.never())).subscribe();
        awaitLoad();
        StepVerifier.create(alive.get(7L, key -> Mono.just("mine")))
                .expectNext("mine")
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(alive.peek(7L)).expectNext("mine").verifyComplete();
        hanging.dispose();
    }

    @Test
    void aCancelledOrFailedLoadGivesItsLeaseBack() {
        var hanging = cache(one).get(8L, key -> announced(Mono.never())).subscribe();
        awaitLoad();
        hanging.dispose();
        StepVerifier.create(cache(two).get(8L, key -> Mono.error(new IllegalStateException("no"))))
                .expectErrorMessage("no")
                .verify(Duration.ofSeconds(1));
        StepVerifier.create(cache(one).get(8L, key -> Mono.just("now")))
                .expectNext("now")
                .expectComplete()
                .verify(Duration.ofSeconds(1));
    }

    /** A load that tells when it has begun, which is when its process holds the lease. */
    private Mono<String> announced(Mono<String> load) {
        return load.doOnSubscribe(subscription -> begun.tryEmitEmpty().orThrow());
    }

    private void awaitLoad() {
        begun.asMono().block(LIMIT);
    }
}
