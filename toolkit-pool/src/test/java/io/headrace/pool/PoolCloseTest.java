package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class PoolCloseTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Pool pool = Pool.on(driver, PoolConfig.of(c -> c.name("shop").size(2)), new Timing(time));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    @Test
    void closeIsLazyAndMayBeRepeated() {
        giveBack(take(pool));
        Mono<Void> close = pool.close();
        assertThat(pool.snapshot().open()).isTrue();

        StepVerifier.create(close).expectComplete().verify(SOON);
        StepVerifier.create(close).expectComplete().verify(SOON);
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        assertThat(pool.snapshot().open()).isFalse();
        assertThat(driver.stillOpen()).isZero();
    }

    @Test
    void aPoolThatWasNeverUsedClosesToo() {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    @Test
    void aClosedPoolRefusesAtOnce() {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        StepVerifier.create(pool.create())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolClosedException.class)
                        .hasMessage("pool 'shop': it is closed and lends no connections any more. "
                                + "Close the pool after everything that uses it."))
                .verify(SOON);
    }

    @Test
    void aCloseFailsWhoeverWaits() {
        take(pool);
        take(pool);

        StepVerifier.create(pool.create())
                .then(() -> pool.close().subscribe())
                .expectError(PoolClosedException.class)
                .verify(SOON);
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void lentConnectionsMayComeBackFirst() {
        Connection lent = take(pool);

        StepVerifier.create(pool.close())
                .expectSubscription()
                .then(() -> assertThat(driver.stillOpen()).isOne())
                .then(() -> giveBack(lent))
                .expectComplete()
                .verify(SOON);
        assertThat(driver.stillOpen()).isZero();
    }

    @Test
    void lentConnectionsThatStayAreClosedAfterTheCloseTimeout() {
        Connection lent = take(pool);

        StepVerifier.create(pool.close())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(4_999)))
                .then(() -> assertThat(driver.stillOpen()).isOne())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectComplete()
                .verify(SOON);
        assertThat(driver.stillOpen()).isZero();
        giveBack(lent);
    }

    @Test
    void aConnectionThatArrivesAfterTheCloseIsClosed() {
        Sinks.Empty<Void> handshake = Sinks.empty();
        CountDownLatch connecting = new CountDownLatch(1);
        driver.connecting = connection ->
                handshake.asMono().doOnSubscribe(s -> connecting.countDown()).then(connection);

        StepVerifier.create(pool.create())
                .then(() -> awaitLatch(connecting))
                .then(() -> pool.close().subscribe())
                .expectError(PoolClosedException.class)
                .verify(SOON);
        handshake.tryEmitEmpty().orThrow();

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(driver.opened).hasSize(1);
        assertThat(driver.stillOpen()).isZero();
    }

    @Test
    void aCancelDoesNotStopTheClose() {
        giveBack(take(pool));

        pool.close().subscribe().dispose();

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(driver.stillOpen()).isZero();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException error) {
            throw new AssertionError(error);
        }
    }
}
