package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class PoolEventsTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final PoolConfig config = PoolConfig.of(c -> c.name("shop")
            .size(1)
            .maxWaiting(1)
            .acquireTimeout(Duration.ofSeconds(2))
            .noMetrics());

    // connects on the test's own thread, so that none of them is under way when the time ends
    private final Pool pool = Pool.on(driver, config, new Timing(time, () -> 0, Schedulers.immediate()));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    @Test
    void theLifeOfAPoolIsToldInOrderAndEndsWithThePool() {
        StepVerifier.create(pool.events())
                .then(() -> giveBack(take(pool)))
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Connected.class))
                .then(() -> pool.suspend().subscribe())
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Suspended.class))
                .then(() -> pool.resume().subscribe())
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Resumed.class))
                .then(() -> pool.drain(Duration.ofSeconds(7)).subscribe())
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.Draining.class, draining -> assertThat(draining.timeout())
                                .isEqualTo(Duration.ofSeconds(7))))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.ConnectionClosed.class, closed -> assertThat(closed.cause())
                                .isEqualTo(CloseCause.POOL_CLOSED)))
                .assertNext(event -> {
                    assertThat(event).isInstanceOf(PoolEvent.PoolClosed.class);
                    assertThat(event.pool()).isEqualTo("shop");
                })
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aRefreshAndAResizeAreToldBeforeWhatFollowsFromThem() {
        giveBack(take(pool));

        StepVerifier.create(pool.events())
                .then(() -> pool.refresh().subscribe())
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Refreshing.class))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.ConnectionClosed.class, closed -> assertThat(closed.cause())
                                .isEqualTo(CloseCause.REFRESHED)))
                .then(() -> pool.resize(3).subscribe())
                .assertNext(event -> assertThat(event).isInstanceOfSatisfying(PoolEvent.Resized.class, resized -> {
                    assertThat(resized.from()).isOne();
                    assertThat(resized.to()).isEqualTo(3);
                }))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void callersThatGetNothingAreToldWithTheNumbers() {
        Connection only = take(pool);

        StepVerifier.create(pool.events())
                .then(() -> pool.create().subscribe(c -> {}, error -> {}))
                .then(() -> pool.create().subscribe(c -> {}, error -> {}))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.AcquireRefused.class, refused -> assertThat(
                                        refused.snapshot().waiting())
                                .isOne()))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.AcquireTimedOut.class, late -> assertThat(
                                        late.snapshot().longestHold())
                                .isEqualTo(Duration.ofSeconds(2))))
                .thenCancel()
                .verify(SOON);
        giveBack(only);
    }

    @Test
    void aConnectThatFailsIsToldWithItsReason() {
        R2dbcNonTransientResourceException refused = new R2dbcNonTransientResourceException("refused");
        driver.connecting = connection -> Mono.error(refused);

        StepVerifier.create(pool.events())
                .then(() -> pool.create().subscribe(c -> {}, error -> {}))
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.ConnectFailed.class, failed -> assertThat(failed.reason())
                                .isSameAs(refused)))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void whatHappenedBeforeTheSubscriptionIsNotTold() {
        suspendAndResume();

        StepVerifier.create(pool.events())
                .then(() -> pool.suspend().subscribe())
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Suspended.class))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void oneWhoIsTooSlowLosesTheOldestAndIsToldHowMany() {
        StepVerifier.create(pool.events(), 0)
                .expectSubscription()
                .then(() -> {
                    for (int i = 0; i < 150; i++) {
                        suspendAndResume();
                    }
                })
                .thenRequest(1)
                .assertNext(event -> assertThat(event)
                        .isInstanceOfSatisfying(PoolEvent.Missed.class, missed -> assertThat(missed.events())
                                .isEqualTo(300 - EventBuffer.LIMIT)))
                .thenRequest(EventBuffer.LIMIT + 10)
                .expectNextCount(EventBuffer.LIMIT)
                .then(() -> pool.suspend().subscribe())
                .assertNext(event -> assertThat(event).isInstanceOf(PoolEvent.Suspended.class))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void aSubscriberThatIsBusyHoldsNobodyUpAndRunsOnNoThreadOfThePool() {
        Pool real = Pool.on(driver, config);
        AtomicBoolean busy = new AtomicBoolean(true);
        List<String> threads = new CopyOnWriteArrayList<>();
        Disposable listener = real.events().subscribe(event -> {
            threads.add(Thread.currentThread().getName());
            long turns = 0;
            while (busy.get()) {
                // BlockHound takes Thread.onSpinWait for a call that blocks
                turns++;
            }
            assertThat(turns).isNotNegative();
        });

        try {
            for (int i = 0; i < 100; i++) {
                giveBack(take(real));
            }
            Eventually.that("the subscriber was reached", () -> !threads.isEmpty());
            giveBack(take(real));
        } finally {
            busy.set(false);
        }

        assertThat(threads).allMatch(name -> name.startsWith("parallel-"));
        StepVerifier.create(real.close()).expectComplete().verify(SOON);
        Eventually.that("the stream ended", listener::isDisposed);
    }

    @Test
    void oneWhoHasCancelledHearsNothingMore() {
        List<PoolEvent> heard = new CopyOnWriteArrayList<>();
        Disposable listener = pool.events().subscribe(heard::add);
        suspendAndResume();
        int before = heard.size();
        listener.dispose();

        suspendAndResume();

        assertThat(before).isEqualTo(2);
        assertThat(heard).hasSize(before);
    }

    @Test
    void thePoolForgetsOneWhoHasCancelled() {
        WeakReference<BaseSubscriber<PoolEvent>> listener = listenAndLeave();

        Eventually.that("nobody knows the subscriber any more", () -> {
            System.gc();
            return listener.get() == null;
        });
    }

    private WeakReference<BaseSubscriber<PoolEvent>> listenAndLeave() {
        BaseSubscriber<PoolEvent> listener = new BaseSubscriber<>() {};
        pool.events().subscribe(listener);
        listener.cancel();
        return new WeakReference<>(listener);
    }

    @Test
    void theEventsOfAClosedPoolAreOver() {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        StepVerifier.create(pool.events()).expectComplete().verify(SOON);
    }

    @Test
    void eachSubscriberHearsAllOfIt() {
        Flux<PoolEvent> two = Flux.merge(pool.events(), pool.events());

        StepVerifier.create(two)
                .then(() -> pool.suspend().subscribe())
                .expectNextCount(2)
                .then(() -> pool.close().subscribe())
                .expectNextCount(4)
                .expectComplete()
                .verify(SOON);
    }

    private void suspendAndResume() {
        pool.suspend().subscribe();
        pool.resume().subscribe();
    }
}
