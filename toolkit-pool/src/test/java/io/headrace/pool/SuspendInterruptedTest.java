package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Something happens in the middle of a suspended pool's work. The pool looks at its clock between its steps, so the clock is
 * what can interrupt them, without a second thread and so each time at the same place.
 */
@Timeout(20)
class SuspendInterruptedTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final InterruptedClock clock = new InterruptedClock(time);
    private final Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(1).noMetrics()), new Timing(clock));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    /** More than there are looks at the clock in what is interrupted. */
    static IntStream steps() {
        return IntStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aResumptionIsMissedByNobody(int step) {
        Connection only = take(pool);
        List<Connection> lent = new CopyOnWriteArrayList<>();
        pool.create().subscribe(lent::add);
        pool.suspend().subscribe();

        clock.interrupt(step, () -> pool.resume().subscribe());
        giveBack(only);
        pool.create().subscribe(lent::add);
        clock.leaveAlone();
        assertThat(lent).hasSize(pool.snapshot().suspended() ? 0 : 1);
        pool.resume().subscribe();

        assertThat(lent).hasSize(1);
        giveBack(lent.get(0));
        assertThat(lent).hasSize(2);
        giveBack(lent.get(1));
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void oneWhoCancelsLeavesNothingBehind(int step) {
        Connection only = take(pool);
        Disposable waiter = pool.create().subscribe(Loans::giveBack);
        pool.suspend().subscribe();

        clock.interrupt(step, waiter::dispose);
        giveBack(only);
        clock.leaveAlone();
        waiter.dispose();
        pool.resume().subscribe();

        assertNothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aCloseAnswersEverybody(int step) {
        Connection only = take(pool);
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        pool.create().subscribe(Loans::giveBack, errors::add);
        pool.suspend().subscribe();

        clock.interrupt(step, () -> pool.close().subscribe());
        giveBack(only);
        pool.create().subscribe(Loans::giveBack, errors::add);
        clock.leaveAlone();

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(errors).hasSize(2).hasOnlyElementsOfType(PoolClosedException.class);
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(driver.stillOpen()).isZero();
    }

    private void assertNothingIsLeft() {
        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(pool.snapshot().acquired()).isZero();
        giveBack(take(pool));
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(driver.opened).hasSize(1);
        assertThat(driver.stillOpen()).isZero();
    }

    private static final class InterruptedClock implements Scheduler {

        private final Scheduler scheduler;
        private final AtomicReference<Runnable> interruption = new AtomicReference<>(() -> {});
        private volatile int questionsBefore;

        InterruptedClock(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        void interrupt(int afterQuestions, Runnable action) {
            questionsBefore = afterQuestions;
            interruption.set(action);
        }

        void leaveAlone() {
            interruption.set(() -> {});
        }

        @Override
        public long now(TimeUnit unit) {
            int before = questionsBefore;
            questionsBefore = before - 1;
            if (before == 0) {
                interruption.getAndSet(() -> {}).run();
            }
            return scheduler.now(unit);
        }

        @Override
        public Disposable schedule(Runnable task) {
            return scheduler.schedule(task);
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return scheduler.schedule(task, delay, unit);
        }

        @Override
        public Worker createWorker() {
            return scheduler.createWorker();
        }
    }
}
