package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class SuspendTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Pool pool = pool(2);

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private Pool pool(int maxWaiting) {
        PoolConfig config = PoolConfig.of(c -> c.name("shop")
                .size(1)
                .maxWaiting(maxWaiting)
                .acquireTimeout(Duration.ofSeconds(2))
                .noMetrics());
        return Pool.on(driver, config, new Timing(time));
    }

    private static void suspend(Pool pool) {
        StepVerifier.create(pool.suspend()).expectComplete().verify(SOON);
    }

    private static void resume(Pool pool) {
        StepVerifier.create(pool.resume()).expectComplete().verify(SOON);
    }

    @Test
    void nothingIsLentUntilThePoolIsResumed() {
        giveBack(take(pool));
        suspend(pool);

        StepVerifier.create(pool.create())
                .expectSubscription()
                .then(() -> {
                    assertThat(pool.snapshot().suspended()).isTrue();
                    assertThat(pool.snapshot().waiting()).isOne();
                    assertThat(pool.snapshot().idle()).isOne();
                })
                .then(() -> resume(pool))
                .assertNext(Loans::giveBack)
                .expectComplete()
                .verify(SOON);
        assertThat(pool.snapshot().suspended()).isFalse();
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(driver.opened).hasSize(1);
    }

    @Test
    void suspendAndResumeAreLazyAndMayBeRepeated() {
        Mono<Void> suspend = pool.suspend();
        assertThat(pool.snapshot().suspended()).isFalse();

        suspend(pool);
        suspend(pool);
        Mono<Void> resume = pool.resume();
        assertThat(pool.snapshot().suspended()).isTrue();
        resume(pool);
        resume(pool);
        giveBack(take(pool));

        StepVerifier.create(suspend).expectComplete().verify(SOON);
        StepVerifier.create(resume).expectComplete().verify(SOON);
        giveBack(take(pool));
    }

    @Test
    void whoeverWaitsFailsAtItsDeadlineAndIsToldWhy() {
        giveBack(take(pool));
        suspend(pool);

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1_999)))
                .then(() -> assertThat(pool.snapshot().waiting()).isOne())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolAcquireTimeoutException.class)
                        .hasMessage("pool 'shop': no connection within 2 s (0/1 in use, 1 waiting, suspended). "
                                + "The pool lends nothing until it is resumed. Resume it, or raise acquireTimeout."))
                .verify(SOON);
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void asManyMayWaitAsOtherwise() {
        Connection only = take(pool);
        Disposable before = pool.create().subscribe(c -> {}, error -> {});
        suspend(pool);
        Disposable after = pool.create().subscribe(c -> {}, error -> {});

        StepVerifier.create(pool.create())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolExhaustedException.class)
                        .hasMessageContaining("2 waiting, longest hold 0 ms, suspended, at most 2 may wait")
                        .hasMessageContaining("Resume it"))
                .verify(SOON);

        assertThat(pool.snapshot().waiting()).isEqualTo(2);
        before.dispose();
        after.dispose();
        giveBack(only);
    }

    @Test
    void nobodyWaitsWhereNobodyMay() {
        Pool strict = pool(0);
        giveBack(take(strict));
        suspend(strict);

        StepVerifier.create(strict.create())
                .expectError(PoolExhaustedException.class)
                .verify(SOON);

        resume(strict);
        giveBack(take(strict));
    }

    @Test
    void thoseWhoWaitAreServedInTheOrderInWhichTheyCame() {
        Pool wide = pool(100);
        Connection only = take(wide);
        List<Integer> served = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            if (i == 5) {
                suspend(wide);
            }
            int turn = i;
            wide.create()
                    .doOnNext(connection -> served.add(turn))
                    .flatMap(connection -> Mono.from(connection.close()))
                    .subscribe();
        }
        giveBack(only);
        assertThat(served).isEmpty();
        assertThat(wide.snapshot().waiting()).isEqualTo(10);

        resume(wide);

        assertThat(served).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(wide.snapshot().waiting()).isZero();
        assertThat(wide.snapshot().idle()).isOne();
    }

    @Test
    void aLentConnectionIsNotTouchedAndStaysWithThePoolWhenItComesBack() {
        Connection lent = take(pool);
        Disposable waiter = pool.create().subscribe();
        suspend(pool);

        assertThat(lent.isAutoCommit()).isTrue();
        giveBack(lent);

        assertThat(pool.snapshot().idle()).isOne();
        assertThat(pool.snapshot().acquired()).isZero();
        assertThat(waiter.isDisposed()).isFalse();
        waiter.dispose();
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(driver.stillOpen()).isOne();
    }

    @Test
    void oneWhoCancelsLeavesTheQueueAndTakesNothingWithIt() {
        suspend(pool);
        for (int i = 0; i < 10; i++) {
            pool.create().subscribe().dispose();
        }
        assertThat(pool.snapshot().waiting()).isZero();

        resume(pool);

        giveBack(take(pool));
        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void aConnectionThatIsOpenedMeanwhileIsKeptForLater() throws InterruptedException {
        Sinks.Empty<Void> handshake = Sinks.empty();
        CountDownLatch connecting = new CountDownLatch(1);
        driver.connecting = connection ->
                handshake.asMono().doOnSubscribe(s -> connecting.countDown()).then(connection);
        List<Connection> lent = new CopyOnWriteArrayList<>();
        pool.create().subscribe(lent::add);
        assertThat(connecting.await(5, TimeUnit.SECONDS)).isTrue();
        suspend(pool);

        handshake.tryEmitEmpty().orThrow();
        assertThat(lent).isEmpty();
        assertThat(pool.snapshot().idle()).isOne();
        resume(pool);

        assertThat(lent).hasSize(1);
        assertThat(driver.opened).hasSize(1);
        giveBack(lent.get(0));
    }

    @Test
    void aConnectionThatIsBeingValidatedIsNotLentEither() {
        giveBack(take(pool));
        Sinks.One<Boolean> answer = Sinks.one();
        driver.opened.get(0).remoteAnswer = answer.asMono();
        time.advanceTimeBy(Duration.ofSeconds(1));
        List<Connection> lent = new CopyOnWriteArrayList<>();
        pool.create().subscribe(lent::add);
        suspend(pool);

        answer.tryEmitValue(true).orThrow();
        assertThat(lent).isEmpty();
        assertThat(pool.snapshot().idle()).isOne();
        resume(pool);

        assertThat(lent).hasSize(1);
        giveBack(lent.get(0));
    }

    @Test
    void aCloseFailsThoseWhoWaitForTheResumption() {
        giveBack(take(pool));
        suspend(pool);

        StepVerifier.create(pool.create())
                .then(() -> pool.close().subscribe())
                .expectError(PoolClosedException.class)
                .verify(SOON);

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(pool.snapshot().suspended()).isFalse();
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(driver.stillOpen()).isZero();
        suspend(pool);
        resume(pool);
        assertThat(pool.snapshot().suspended()).isFalse();
    }

    @Test
    void nothingIsValidatedForSomebodyWhoGetsNothing() {
        PoolConfig config =
                PoolConfig.of(c -> c.size(1).validateAfterIdle(Duration.ZERO).noMetrics());
        Pool careful = Pool.on(driver, config, new Timing(time));
        Connection only = take(careful);
        Disposable waiter = careful.create().subscribe(Loans::giveBack);
        int before = driver.opened.get(0).calls.size();
        suspend(careful);

        giveBack(only);

        assertThat(driver.opened.get(0).calls).hasSize(before);
        resume(careful);
        assertThat(waiter.isDisposed()).isTrue();
        assertThat(driver.opened.get(0).calls).hasSize(before + 1);
    }
}
