package io.headrace.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The race in which reactor-pool alone may answer a borrower with nothing at all. */
@Timeout(60)
class AcquireVersusCloseStressTest {

    private static final int ROUNDS = 1_000;
    private static final int BORROWERS = 20;

    @Test
    void everyBorrowerGetsAConnectionOrAnErrorAndNoConnectionSurvives() throws Exception {
        race(() -> null);
    }

    @Test
    void theSameHoldsForConnectionsThatAreHandedOverOnEventLoops() throws Exception {
        Scheduler one = Schedulers.newSingle("one");
        Scheduler two = Schedulers.newSingle("two");
        AtomicInteger opened = new AtomicInteger();
        try {
            race(() -> opened.getAndIncrement() % 2 == 0 ? one : two);
        } finally {
            one.dispose();
            two.dispose();
        }
    }

    private static void race(Supplier<@Nullable Scheduler> loops) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        LongAdder served = new LongAdder();
        LongAdder refused = new LongAdder();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                oneRound(threads, loops, served, refused);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(served.sum() + refused.sum()).isEqualTo((long) ROUNDS * BORROWERS);
        // a race that only ever goes one way has tested nothing
        assertThat(served.sum()).isPositive();
        assertThat(refused.sum()).isPositive();
    }

    private static void oneRound(
            ExecutorService threads, Supplier<@Nullable Scheduler> loops, LongAdder served, LongAdder refused)
            throws Exception {
        FakeDriver driver = new FakeDriver();
        driver.loops = loops;
        // long enough that no answer can come from a time limit
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(2)
                .acquireTimeout(Duration.ofMinutes(5))
                .closeTimeout(Duration.ofMinutes(5))
                .noMaxIdle()
                .noMaxLife()));
        CyclicBarrier start = new CyclicBarrier(2);
        CountDownLatch answers = new CountDownLatch(BORROWERS);
        CountDownLatch closed = new CountDownLatch(1);
        Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();

        threads.execute(() -> {
            await(start);
            for (int i = 0; i < BORROWERS; i++) {
                pool.create()
                        .delayUntil(Connection::close)
                        .subscribe(
                                connection -> {
                                    served.increment();
                                    answers.countDown();
                                },
                                error -> {
                                    refused.increment();
                                    if (!(error instanceof PoolClosedException)) {
                                        surprises.add(error);
                                    }
                                    answers.countDown();
                                });
            }
        });
        threads.execute(() -> {
            await(start);
            pool.close().subscribe(nothing -> {}, surprises::add, closed::countDown);
        });

        assertThat(answers.await(10, TimeUnit.SECONDS))
                .as("everyone was answered")
                .isTrue();
        assertThat(closed.await(10, TimeUnit.SECONDS)).as("the pool closed").isTrue();
        assertThat(surprises).isEmpty();
        assertThat(driver.stillOpen()).isZero();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception error) {
            throw new AssertionError(error);
        }
    }
}
