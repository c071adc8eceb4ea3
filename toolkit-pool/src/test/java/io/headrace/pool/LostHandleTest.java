package io.headrace.pool;

import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.PoolEvent.HandleLost;
import io.r2dbc.spi.Connection;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(30)
class LostHandleTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<HandleLost> losses = new CopyOnWriteArrayList<>();
    private final Pool pool = Pool.on(
            driver,
            PoolConfig.of(c -> c.name("shop").size(1).noMetrics().leakThreshold(Duration.ofHours(1))),
            new Timing(time));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    /** In a frame of its own, which has ended when the collector looks. */
    private void loseOne() {
        now(pool.create().contextWrite(Pool.holder("careless")));
    }

    @Test
    void aConnectionThatIsThrownAwayIsReportedAndItsPlaceIsFree() {
        pool.events().ofType(HandleLost.class).subscribe(losses::add);
        loseOne();
        assertThat(pool.snapshot().acquired()).isOne();

        Eventually.that("the loss was noticed", () -> {
            System.gc();
            return !losses.isEmpty();
        });

        assertThat(losses).singleElement().satisfies(loss -> {
            assertThat(loss.holder()).isEqualTo("careless");
            assertThat(loss.callSite()).startsWith("LostHandleTest.loseOne(LostHandleTest.java:");
        });
        assertThat(driver.opened.get(0).closed).isTrue();
        assertThat(pool.snapshot().acquired()).isZero();
        giveBack(take(pool));
        assertThat(driver.opened).hasSize(2);
    }

    @Test
    void oneThatWasClosedIsNotLost() {
        pool.events().ofType(HandleLost.class).subscribe(losses::add);
        WeakReference<Connection> handle = borrowAndGiveBack();

        Eventually.that("the handle is gone", () -> {
            System.gc();
            return handle.get() == null;
        });

        assertThat(losses).isEmpty();
        assertThat(pool.snapshot().idle()).isOne();
    }

    private WeakReference<Connection> borrowAndGiveBack() {
        Connection connection = take(pool);
        giveBack(connection);
        return new WeakReference<>(connection);
    }

    @Test
    void whoeverKeepsOnlyTheCloseHasNotLostIt() {
        pool.events().ofType(HandleLost.class).subscribe(losses::add);
        Publisher<Void> close = closeOfOne();

        for (int i = 0; i < 5; i++) {
            System.gc();
        }

        assertThat(pool.snapshot().acquired()).isOne();
        StepVerifier.create(Mono.from(close)).expectComplete().verify(Loans.SOON);
        assertThat(losses).isEmpty();
        assertThat(pool.snapshot().idle()).isOne();
    }

    private Publisher<Void> closeOfOne() {
        return take(pool).close();
    }

    @Test
    void theLossIsNoticedThoughTheConnectionWasUsed() {
        pool.events().ofType(HandleLost.class).subscribe(losses::add);
        useAndLoseOne();

        Eventually.that("the loss was noticed", () -> {
            System.gc();
            return !losses.isEmpty();
        });

        assertThat(losses).singleElement().satisfies(loss -> assertThat(loss.lastStatement())
                .isEqualTo("SELECT 1"));
    }

    private void useAndLoseOne() {
        Connection connection = take(pool);
        connection.createStatement("SELECT 1");
    }
}
