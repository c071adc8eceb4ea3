package io.headrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.FaultProxy;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@RedisTest
class LeasesTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(1_500);

    private final TestRedis server;
    private final String name;
    private FaultProxy proxy;
    private ToolkitScope one;
    private ToolkitScope two;
    private Leases first;
    private Leases second;

    LeasesTest(TestRedis server) {
        this.server = server;
        this.name = server.keyPrefix() + "lease";
    }

    @BeforeEach
    void open() {
        server.removeKeys();
        proxy = FaultProxy.to(server.host(), server.port());
        one = ToolkitScope.open(
                        server.urlThrough(proxy),
                        RedisConfig.builder()
                                .commandTimeout(Duration.ofSeconds(5))
                                .build())
                .connected();
        two = ToolkitScope.open(server.url()).connected();
        first = one.redis().leases(name, l -> l.duration(SHORT));
        second = two.redis().leases(name, l -> l.duration(SHORT));
    }

    @AfterEach
    void close() {
        proxy.forward();
        one.close();
        two.close();
        proxy.close();
    }

    private static <T> T now(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LIMIT));
    }

    @Test
    void oneHoldsItUntilItIsReleased() {
        Lease held = now(first.tryAcquire("a"));
        StepVerifier.create(second.tryAcquire("a")).verifyComplete();
        StepVerifier.create(second.tryAcquire("b").flatMap(Lease::release))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(held.release()).expectNext(true).verifyComplete();
        StepVerifier.create(held.release()).expectNext(false).verifyComplete();
        assertThat(held.isHeld()).isFalse();
        Lease next = now(second.tryAcquire("a"));
        assertThat(next.fencing()).isGreaterThan(held.fencing());
        StepVerifier.create(next.release()).expectNext(true).verifyComplete();
    }

    @Test
    void fencingNumbersGrowAlsoWhenTheKeyWasLost() {
        long last = 0;
        for (int i = 0; i < 5; i++) {
            Lease lease = now(first.tryAcquire("a"));
            assertThat(lease.fencing()).isGreaterThan(last);
            last = lease.fencing();
            StepVerifier.create(lease.release()).expectNext(true).verifyComplete();
            if (i == 3) {
                StepVerifier.create(Mono.delay(Duration.ofMillis(10)))
                        .expectNextCount(1)
                        .verifyComplete();
                server.command("DEL", name + ":a");
            }
        }
    }

    @Test
    void itIsExtendedWhileItIsHeld() {
        Lease held = now(first.tryAcquire("a"));
        StepVerifier.create(second.acquire("a", SHORT.multipliedBy(3)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(LeaseUnavailableException.class)
                        .hasMessageContaining(name + ":a")
                        .hasMessageContaining("4500 ms"))
                .verify(LIMIT);
        assertThat(held.isHeld()).isTrue();
        StepVerifier.create(held.release()).expectNext(true).verifyComplete();
    }

    @Test
    void whoWaitsGetsItSoonAfterTheRelease() {
        Lease held = now(first.tryAcquire("a"));
        StepVerifier.create(second.acquire("a", LIMIT).flatMap(Lease::release))
                .then(() -> held.release().block(LIMIT))
                .expectNext(true)
                .expectComplete()
                .verify(Duration.ofSeconds(2));
    }

    @Test
    void workUnderGuardNeverOverlaps() {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> most = new ArrayList<>();
        Mono<Integer> work = Mono.fromSupplier(inside::incrementAndGet)
                .delayElement(Duration.ofMillis(5))
                .doOnNext(n -> inside.decrementAndGet());
        StepVerifier.create(Flux.range(0, 20)
                        .flatMap(i -> (i % 2 == 0 ? first : second).guard("a", LIMIT, lease -> work), 20)
                        .doOnNext(most::add)
                        .then())
                .expectComplete()
                .verify(Duration.ofSeconds(30));
        assertThat(most).hasSize(20).containsOnly(1);
    }

    @Test
    void aLostLeaseCancelsTheWorkWithAClearError() {
        AtomicBoolean cancelled = new AtomicBoolean();
        Flux<Object> work = first.guard("a", LIMIT, lease -> Flux.never().doOnCancel(() -> cancelled.set(true)));
        StepVerifier.create(work)
                .then(() -> awaitHolder("a"))
                .then(() -> server.command("DEL", name + ":a"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(LeaseLostException.class)
                        .hasMessageContaining(name + ":a")
                        .hasMessageContaining("cancelled"))
                .verify(LIMIT);
        assertThat(cancelled).isTrue();
    }

    @Test
    void aLeaseThatCannotBeExtendedIsLostBeforeAnybodyElseGetsIt() {
        Lease held = now(first.tryAcquire("a"));
        proxy.blackHole();
        Mono<Boolean> mine = held.guard(Mono.<Boolean>never()).onErrorReturn(LeaseLostException.class, false);
        Mono<Boolean> other = second.acquire("a", LIMIT).map(lease -> held.isHeld());
        StepVerifier.create(Flux.mergeSequential(mine, other))
                .expectNext(false, false)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aCancelGivesItBack() {
        // longer than anybody waits here, so that only a release can free it
        Leases patient = one.redis().leases(name, l -> l.duration(LIMIT.multipliedBy(3)));
        var working = patient.guard("a", LIMIT, lease -> Mono.never()).subscribe();
        awaitHolder("a");
        working.dispose();
        StepVerifier.create(second.acquire("a", LIMIT).flatMap(Lease::release))
                .expectNext(true)
                .expectComplete()
                .verify(LIMIT);
        for (int i = 0; i < 50; i++) {
            patient.guard("b", LIMIT, lease -> Mono.never()).subscribe().dispose();
            patient.acquire("c", LIMIT).subscribe().dispose();
        }
        StepVerifier.create(second.acquire("b", LIMIT).then(second.acquire("c", LIMIT)))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void theEndOfTheWorkReleasesFirst() {
        StepVerifier.create(first.guard("a", LIMIT, lease -> Mono.just(lease.fencing()))
                        .then(second.tryAcquire("a"))
                        .flatMap(Lease::release))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(first.guard("a", LIMIT, lease -> Mono.error(new IllegalStateException("work"))))
                .verifyErrorMessage("work");
        StepVerifier.create(second.tryAcquire("a").flatMap(Lease::release))
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void badInputIsNamed() {
        StepVerifier.create(first.tryAcquire("")).verifyError(RedisInputException.class);
        StepVerifier.create(first.acquire("a", Duration.ofSeconds(-1))).verifyError(RedisInputException.class);
        server.command("SET", name + ":text", "x");
        StepVerifier.create(first.tryAcquire("text")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(RedisReplyException.class)
                .hasMessageContaining(name + ":text"));
        assertThatThrownBy(() -> one.redis().leases(name, l -> l.duration(Duration.ofMillis(99))))
                .hasMessageContaining("duration");
    }

    private void awaitHolder(String key) {
        StepVerifier.create(second.tryAcquire(key)
                        .delayUntil(Lease::release)
                        .hasElement()
                        .filter(free -> !free)
                        .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(5))))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }
}
