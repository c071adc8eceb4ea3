package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Acquire, cancel, release, suspend, resume and close from several threads at once. */
@Timeout(120)
class LoanRaceStressTest {

    private static final int ROUNDS = 200;
    private static final int CALLERS = 40;

    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final Scheduler one = Schedulers.newSingle("one");
    private final Scheduler two = Schedulers.newSingle("two");
    private final LongAdder served = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        one.dispose();
        two.dispose();
    }

    @Test
    void everyCallerHasOneAnswerAndTheCountsAreRight() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            race(() -> null, false);
        }
        assertThat(served.sum()).isPositive();
        assertThat(cancelled.sum()).isPositive();
    }

    @Test
    void theSameHoldsOnEventLoops() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            race(() -> opened.getAndIncrement() % 2 == 0 ? one : two, false);
        }
        assertThat(served.sum()).isPositive();
        assertThat(cancelled.sum()).isPositive();
    }

    @Test
    void theSameHoldsWhileThePoolIsClosed() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        for (int round = 0; round < ROUNDS; round++) {
            race(() -> opened.getAndIncrement() % 2 == 0 ? one : two, true);
        }
        assertThat(served.sum()).isPositive();
        assertThat(failed.sum()).isPositive();
    }

    private void race(Supplier<@Nullable Scheduler> loops, boolean closing) throws Exception {
        FakeDriver driver = new FakeDriver();
        driver.loops = loops;
        // long enough that no answer can come from a time limit
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(2)
                .acquireTimeout(Duration.ofMinutes(5))
                .closeTimeout(Duration.ofMinutes(5))
                .noMetrics()
                .noMaxIdle()
                .noMaxLife()));
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < 2 * CALLERS; i++) {
            callers.add(new Caller());
        }
        CyclicBarrier start = new CyclicBarrier(4);
        List<Future<?>> done = new ArrayList<>();
        done.add(threads.submit(() -> ask(start, pool, callers.subList(0, CALLERS))));
        done.add(threads.submit(() -> ask(start, pool, callers.subList(CALLERS, 2 * CALLERS))));
        done.add(threads.submit(() -> {
            await(start);
            callers.stream()
                    .filter(caller -> ThreadLocalRandom.current().nextInt(3) == 0)
                    .forEach(Caller::giveUp);
        }));
        done.add(threads.submit(() -> {
            await(start);
            for (int i = 0; i < 5; i++) {
                pool.suspend().subscribe();
                Thread.yield();
                pool.resume().subscribe();
            }
            if (closing) {
                pool.close().subscribe();
            }
        }));
        for (Future<?> part : done) {
            part.get(20, TimeUnit.SECONDS);
        }

        Eventually.that("everyone was answered", () -> callers.stream().allMatch(Caller::isOver));
        callers.forEach(caller -> caller.count(served, failed, cancelled));
        if (!closing) {
            // an opening that nobody waits for any more, or a thread on its way out, may take a moment
            Eventually.that("nothing is lent, waited for or being opened", () -> {
                PoolSnapshot end = pool.snapshot();
                return end.acquired() == 0
                        && end.waiting() == 0
                        && end.idle() == end.size()
                        && end.size() == driver.stillOpen()
                        && end.longestHold() == null;
            });
        }
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        assertThat(driver.stillOpen()).isZero();
        // a thread that was about to wait for somebody who has left is still on its way out
        Eventually.that("nobody waits", () -> pool.snapshot().waiting() == 0);
    }

    private static void ask(CyclicBarrier start, Pool pool, List<Caller> callers) {
        await(start);
        callers.forEach(caller -> pool.create().subscribe(caller));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception error) {
            throw new AssertionError(error);
        }
    }

    /** Counts its answers, and gives back whatever it gets. */
    private static final class Caller implements CoreSubscriber<Connection> {

        private final AtomicInteger values = new AtomicInteger();
        private final AtomicInteger errors = new AtomicInteger();
        private final AtomicInteger completions = new AtomicInteger();
        private volatile @Nullable Subscription subscription;
        private volatile boolean gaveUp;
        private volatile boolean wants = true;

        @Override
        public void onSubscribe(Subscription mine) {
            subscription = mine;
            if (wants) {
                mine.request(1);
            } else {
                cancel(mine);
            }
        }

        void giveUp() {
            wants = false;
            Subscription mine = subscription;
            if (mine != null) {
                cancel(mine);
            }
        }

        private void cancel(Subscription mine) {
            mine.cancel();
            gaveUp = true;
        }

        @Override
        public void onNext(Connection connection) {
            values.incrementAndGet();
            Mono.from(connection.close()).subscribe();
        }

        @Override
        public void onError(Throwable error) {
            assertThat(error).isInstanceOf(PoolClosedException.class);
            errors.incrementAndGet();
        }

        @Override
        public void onComplete() {
            completions.incrementAndGet();
        }

        boolean isOver() {
            return gaveUp || completions.get() + errors.get() > 0;
        }

        void count(LongAdder served, LongAdder failed, LongAdder cancelled) {
            int answers = values.get() + errors.get();
            assertThat(answers).isLessThanOrEqualTo(1);
            assertThat(answers + (gaveUp ? 1 : 0)).isPositive();
            served.add(values.get());
            failed.add(errors.get());
            cancelled.add(gaveUp && answers == 0 ? 1 : 0);
        }
    }
}
