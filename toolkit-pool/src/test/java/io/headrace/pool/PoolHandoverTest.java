package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A borrower gets its connection on the event loop of that connection, and holds nobody up with what it does there. */
@Timeout(20)
class PoolHandoverTest {

    private static final int MANY = 10_000;

    // may block, as a borrower that holds its event loop up does
    private final Scheduler loop = Schedulers.newBoundedElastic(1, MANY, "loop");
    private final Scheduler other = Schedulers.newBoundedElastic(1, MANY, "other");
    private final FakeDriver driver = new FakeDriver();

    @AfterEach
    void stop() {
        loop.dispose();
        other.dispose();
    }

    private static String here() {
        return Thread.currentThread().getName().replaceAll("-.*", "");
    }

    @Test
    void whoeverGivesBackTheNextOneGetsItOnTheEventLoop() {
        driver.loops = () -> loop;
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(1)));
        List<String> threads = new CopyOnWriteArrayList<>();
        Mono<Void> loan = pool.create()
                .doOnNext(connection -> threads.add(here()))
                .flatMap(connection -> Mono.from(connection.close()));

        Connection first = take(pool);
        StepVerifier.create(loan.and(loan))
                .then(() -> giveBack(first))
                .expectComplete()
                .verify(SOON);
        StepVerifier.create(loan).expectComplete().verify(SOON);
        StepVerifier.create(loan.subscribeOn(loop)).expectComplete().verify(SOON);
        StepVerifier.create(loan.subscribeOn(other)).expectComplete().verify(SOON);

        assertThat(threads).hasSize(5).containsOnly("loop");
    }

    @Test
    void aLongQueueOfBorrowersThatGiveBackAtOnceIsServedInOrder() {
        driver.loops = () -> loop;
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(1).maxWaiting(MANY)));
        List<Integer> served = new CopyOnWriteArrayList<>();
        Connection first = take(pool);

        StepVerifier.create(Flux.range(0, 2_000)
                        .flatMap(
                                number -> pool.create()
                                        .doOnNext(connection -> served.add(number))
                                        .flatMap(connection -> Mono.from(connection.close())),
                                2_000)
                        .then())
                .then(() -> Mono.from(first.close()).subscribeOn(loop).subscribe())
                .expectComplete()
                .verify(SOON);

        assertThat(served)
                .containsExactlyElementsOf(IntStream.range(0, 2_000).boxed().toList());
        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void aBorrowerThatIsSlowOnItsEventLoopHoldsNobodyElseUp() throws InterruptedException {
        ConcurrentLinkedQueue<Scheduler> loops = new ConcurrentLinkedQueue<>(List.of(loop, other));
        driver.loops = loops::remove;
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(2)));
        Connection first = take(pool);
        Connection second = take(pool);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        pool.create().subscribe(connection -> {
            busy.countDown();
            awaitLatch(release);
            done.countDown();
        });

        // on its own event loop, so that the next borrower gets it on the spot
        Mono.from(first.close()).subscribeOn(loop).subscribe();
        assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue();
        giveBack(second);
        giveBack(take(pool));

        release.countDown();
        awaitLatch(done);
    }

    @Test
    void anEventLoopThatHasEndedDoesNotLoseItsBorrower() {
        driver.loops = () -> loop;
        Pool pool = Pool.on(driver, PoolConfig.of(c -> c.size(1)));
        giveBack(take(pool));
        loop.dispose();
        driver.opened.get(0).alive = false;
        driver.loops = () -> other;

        StepVerifier.create(pool.create())
                .assertNext(connection -> assertThat(here()).isEqualTo("other"))
                .expectComplete()
                .verify(SOON);
        assertThat(driver.opened.get(0).closed).isTrue();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException error) {
            throw new AssertionError(error);
        }
    }
}
