package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class PoolAcquireTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private Pool pool(PoolConfig config) {
        return Pool.on(driver, config, new Timing(time));
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        Pool pool = pool(PoolConfig.defaults());

        Mono<Connection> acquire = pool.create();

        assertThat(driver.opened).isEmpty();
        StepVerifier.create(acquire).expectNextCount(1).expectComplete().verify(SOON);
        assertThat(driver.opened).hasSize(1);
        StepVerifier.create(acquire).expectNextCount(1).expectComplete().verify(SOON);
        assertThat(driver.opened).hasSize(2);
    }

    @Test
    void nothingHappensWithoutDemand() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1)));

        StepVerifier.create(pool.create(), 0)
                .expectSubscription()
                .then(() -> assertThat(driver.opened).isEmpty())
                .thenRequest(1)
                .expectNextCount(1)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void theSnapshotCountsWhatIsLentIdleAndWaiting() {
        Pool pool = pool(PoolConfig.of(c -> c.name("shop").size(2).maxWaiting(5)));
        assertThat(pool.snapshot()).isEqualTo(snapshotOf(0, 0, 0, 0, null));

        Connection first = take(pool);
        Connection second = take(pool);
        Disposable waiter = pool.create().subscribe();
        assertThat(pool.snapshot()).isEqualTo(snapshotOf(2, 2, 0, 1, Duration.ZERO));

        waiter.dispose();
        giveBack(first);
        assertThat(pool.snapshot()).isEqualTo(snapshotOf(2, 1, 1, 0, Duration.ZERO));
        giveBack(second);
        assertThat(pool.snapshot()).isEqualTo(snapshotOf(2, 0, 2, 0, null));
    }

    private static PoolSnapshot snapshotOf(
            int size, int acquired, int idle, int waiting, @Nullable Duration longestHold) {
        return new PoolSnapshot("shop", true, false, size, acquired, idle, waiting, 2, 0, 5, longestHold, null);
    }

    @Test
    void aWaiterFailsAtItsDeadlineWithTheNumbers() {
        Pool pool = pool(PoolConfig.of(c -> c.name("shop").size(1).acquireTimeout(Duration.ofSeconds(2))));
        take(pool);

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1_999)))
                .then(() -> assertThat(pool.snapshot().waiting()).isOne())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolAcquireTimeoutException.class)
                        .hasMessage("pool 'shop': no connection within 2 s (1/1 in use, 1 waiting, longest hold 2 s). "
                                + "Raise size or acquireTimeout, or look for connections not released."))
                .verify(SOON);
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void theDeadlineCoversConnectingToo() {
        driver.connecting = connection -> Mono.never();
        Pool pool =
                pool(PoolConfig.of(c -> c.acquireTimeout(Duration.ofSeconds(1)).name("shop")));

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolAcquireTimeoutException.class)
                        .hasMessageContaining("1 connecting")
                        .hasMessageContaining("look for a database or network that is slow to answer"))
                .verify(SOON);
    }

    @Test
    void theDriversOwnErrorPassesUnwrapped() {
        R2dbcPermissionDeniedException refused = new R2dbcPermissionDeniedException("refused", "28P01");
        driver.connecting = connection -> Mono.error(refused);

        StepVerifier.create(pool(PoolConfig.defaults()).create())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(refused))
                .verify(SOON);
    }

    @Test
    void aFullQueueRefusesAtOnceWithTheNumbers() {
        Pool pool = pool(PoolConfig.of(c -> c.name("shop").size(1).maxWaiting(2)));
        take(pool);
        Disposable waiters = Flux.range(0, 2).flatMap(i -> pool.create(), 2).subscribe();

        StepVerifier.create(pool.create())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolExhaustedException.class)
                        .hasMessageStartingWith("pool 'shop': no connection and no room to wait for one "
                                + "(1/1 in use, 2 waiting, longest hold 0 ms, at most 2 may wait)."))
                .verify(SOON);
        waiters.dispose();
    }

    @Test
    void nobodyWaitsWhenNobodyMay() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1).maxWaiting(0)));
        Connection only = take(pool);

        StepVerifier.create(pool.create())
                .expectError(PoolExhaustedException.class)
                .verify(SOON);
        giveBack(only);
        take(pool);
    }

    @Test
    void cancelledWaitersHoldNoSlotAndNoPlaceInTheQueue() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1).maxWaiting(10)));
        Connection only = take(pool);
        for (int i = 0; i < 100; i++) {
            pool.create().subscribe().dispose();
        }
        assertThat(pool.snapshot().waiting()).isZero();

        giveBack(only);
        assertThat(pool.snapshot().idle()).isOne();
        giveBack(take(pool));
        assertThat(driver.opened).hasSize(1);
    }

    @Test
    void aConnectionComesToTheCallerWhoWaitedLongest() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1)));
        Connection only = take(pool);
        List<Integer> served = new CopyOnWriteArrayList<>();
        Disposable waiters = Flux.range(0, 3)
                .flatMap(i -> pool.create().flatMap(c -> Mono.from(c.close())).doOnTerminate(() -> served.add(i)), 3)
                .subscribe();

        giveBack(only);

        assertThat(served).containsExactly(0, 1, 2);
        assertThat(waiters.isDisposed()).isTrue();
    }
}
