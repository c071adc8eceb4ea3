package io.headrace.pool;

import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

/** All deadlines of a pool are kept by one timer. */
@Timeout(20)
class PoolDeadlineTest {

    private static final Duration STEP = Duration.ofMillis(10);

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Pool pool = Pool.on(
            driver,
            PoolConfig.of(c ->
                    c.size(1).acquireTimeout(Duration.ofSeconds(1)).noMaxIdle().noMaxLife()),
            new Timing(time));
    private final List<String> ends = new ArrayList<>();

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    @CanIgnoreReturnValue
    private Disposable waiter(int number) {
        return pool.create()
                .subscribe(
                        connection -> {
                            ends.add(number + " served");
                            giveBack(connection);
                        },
                        error -> ends.add(number + " "
                                + (error instanceof PoolAcquireTimeoutException ? "late" : error.toString())));
    }

    /** Waiters that come one after the other, ten milliseconds apart. */
    @CanIgnoreReturnValue
    private List<Disposable> waiters(int count) {
        List<Disposable> waiters = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            waiters.add(waiter(number));
            time.advanceTimeBy(STEP);
        }
        return waiters;
    }

    @Test
    void eachWaiterFailsAtItsOwnDeadline() {
        take(pool);
        waiters(50);
        time.advanceTimeBy(Duration.ofMillis(499));
        assertThat(ends).isEmpty();

        time.advanceTimeBy(Duration.ofMillis(1));
        for (int failed = 1; failed < 50; failed++) {
            assertThat(ends).hasSize(failed);
            time.advanceTimeBy(STEP.minusMillis(1));
            assertThat(ends).hasSize(failed);
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(ends)
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(n -> n + " late").toList());
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void thoseWhoCancelTakeNothingFromTheOthers() {
        take(pool);
        List<Disposable> waiters = waiters(10);
        waiters.get(0).dispose();
        waiters.get(4).dispose();
        waiters.get(5).dispose();
        waiters.get(9).dispose();

        time.advanceTimeBy(Duration.ofMillis(910));
        assertThat(ends).containsExactly("1 late");
        time.advanceTimeBy(Duration.ofMillis(50));
        assertThat(ends).containsExactly("1 late", "2 late", "3 late", "6 late");
        time.advanceTimeBy(Duration.ofMillis(20));
        assertThat(ends).containsExactly("1 late", "2 late", "3 late", "6 late", "7 late", "8 late");
    }

    @Test
    void thoseWhoAreServedAreNotLate() {
        Connection only = take(pool);
        waiters(3);

        giveBack(only);
        Connection again = take(pool);
        time.advanceTimeBy(Duration.ofSeconds(10));

        assertThat(ends).containsExactly("0 served", "1 served", "2 served");
        giveBack(again);
    }

    @Test
    void theTimerIsSetAgainAfterNobodyHadWaited() {
        Connection only = take(pool);
        waiter(0);
        giveBack(only);
        time.advanceTimeBy(Duration.ofSeconds(5));
        take(pool);

        waiter(1);
        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(ends).containsExactly("0 served");
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(ends).containsExactly("0 served", "1 late");
    }

    @Test
    void whoComesWhileTheTimerOfOthersRunsHasTheWholeTime() {
        take(pool);
        Disposable first = waiter(0);
        time.advanceTimeBy(Duration.ofMillis(900));
        first.dispose();
        waiter(1);

        time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(ends).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(ends).containsExactly("1 late");
    }

    @Test
    void manyWaitersCostOneTimer() {
        take(pool);
        // The first one may have waited for its connection to be opened; the timer that it set is over by then.
        time.advanceTimeBy(Duration.ofSeconds(5));
        long before = time.getScheduledTaskCount();

        waiters(50);

        assertThat(time.getScheduledTaskCount()).isEqualTo(before + 1);
    }

    @Test
    void anAcquireThatIsAnsweredAtOnceSetsNoTimer() {
        giveBack(take(pool));
        long before = time.getScheduledTaskCount();

        for (int i = 0; i < 10; i++) {
            giveBack(take(pool));
        }

        assertThat(time.getScheduledTaskCount()).isEqualTo(before);
    }
}
