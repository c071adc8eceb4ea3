package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A pause after a failed connect is there for those who wait, and for nobody else. */
@Timeout(60)
class ConnectPauseTest {

    private final Database database = new Database();

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void later(long millis) {
        database.time.advanceTimeBy(Duration.ofMillis(millis));
    }

    /** Nothing of it needs a timer but those who wait; they have 2 s, and a pause takes 3 s. */
    private Pool pool(UnaryOperator<PoolConfigBuilder> settings) {
        return database.pool(c -> settings.apply(c.size(2)
                .acquireTimeout(Duration.ofSeconds(2))
                .connectBackOff(Duration.ofSeconds(3), Duration.ofSeconds(3))
                .noKeepAlive()
                .noMaxIdle()
                .noMaxLife()));
    }

    @Test
    void oneWhoComesDuringAPauseIsToldAtItsOwnDeadline() {
        Callers callers = new Callers(pool(c -> c));
        database.goesDown();
        callers.comes();
        later(900);
        callers.comes();

        later(1_100);
        assertThat(callers.failed).hasSize(1);
        later(899);
        assertThat(callers.failed).hasSize(1);
        later(1);

        assertThat(callers.failed).hasSize(2).allSatisfy(error -> assertThat(error)
                .isInstanceOf(PoolAcquireTimeoutException.class)
                .hasCauseInstanceOf(ConnectException.class));
        assertThat(database.connects).containsExactly(0L);
    }

    @Test
    void noTimerIsLeftWhenTheDeadlineOfTheLastHasPassed() {
        Callers callers = new Callers(pool(c -> c));
        database.goesDown();
        callers.come(3);
        assertThat(database.timers.pending()).isPositive();

        later(2_000);

        assertThat(callers.failed).hasSize(3);
        assertThat(database.timers.pending()).isZero();
    }

    @Test
    void thePauseHasNoTimerWhenTheLastHasCancelled() {
        Callers callers = new Callers(pool(c -> c));
        database.goesDown();
        Disposable first = callers.comes();
        Disposable last = callers.comes();

        first.dispose();
        assertThat(database.timers.pending()).isEqualTo(2);
        last.dispose();

        // that of all deadlines of the pool, which goes off once
        assertThat(database.timers.pending()).isOne();
        later(2_000);
        assertThat(database.timers.pending()).isZero();
    }

    @Test
    void aConnectThatFailsWhenNobodyWaitsAnyMoreSetsNoTimer() {
        Callers callers = new Callers(pool(c -> c.connectTimeout(Duration.ofMillis(1_500))));
        database.answers(connection -> Mono.never());
        callers.comes().dispose();

        later(2_000);

        assertThat(database.timers.pending()).isZero();
        assertThat(callers.failed).isEmpty();
    }

    @Test
    void aPauseThatAllHaveLeftLastsForTheNextWhoComes() {
        Callers callers = new Callers(pool(c -> c));
        database.goesDown();
        callers.comes();
        later(2_500);
        database.comesUp();

        callers.comes();
        assertThat(database.connects).containsExactly(0L);
        later(499);
        assertThat(database.connects).containsExactly(0L);
        later(1);

        assertThat(database.connects).containsExactly(0L, 3_000L);
        assertThat(callers.served).hasSize(1);
    }

    @Test
    void aPauseThatIsOverHoldsNobodyUp() {
        Callers callers = new Callers(pool(c -> c));
        database.goesDown();
        callers.comes();
        later(10_000);
        database.comesUp();

        callers.comes();

        assertThat(callers.served).hasSize(1);
    }

    @Test
    void aWarmUpThatHasFailedLeavesNoTimer() {
        Pool pool = pool(c -> c);
        database.goesDown();
        StepVerifier.create(pool.warmUp())
                .then(() -> later(2_000))
                .expectError(PoolAcquireTimeoutException.class)
                .verify(SOON);

        assertThat(database.timers.pending()).isZero();
    }

    @Test
    void connectionsThatAreMissingAreWaitedForThoughAllHaveLeft() {
        Callers callers = new Callers(pool(c -> c.minimumIdle(1)));
        database.goesDown();
        callers.comes();
        later(2_000);
        database.comesUp();

        later(1_000);

        assertThat(database.open()).hasSize(1);
    }

    @Test
    void aCloseLeavesNoTimer() {
        Pool pool = pool(c -> c.minimumIdle(1));
        Callers callers = new Callers(pool);
        database.goesDown();
        callers.come(3);

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        assertThat(callers.failed).hasSize(3);
        assertThat(database.timers.pending()).isZero();
    }

    @Test
    void oneWhoComesWhileTheLastLeavesIsNotForgotten() {
        PoolConfig config = PoolConfig.of(c ->
                c.size(1).noMetrics().acquireTimeout(SOON).connectBackOff(Duration.ofMillis(2), Duration.ofMillis(2)));
        for (int round = 0; round < 1_000; round++) {
            FakeDriver driver = new FakeDriver();
            driver.connecting = connection -> Mono.error(new ConnectException("refused"));
            Pool pool = Pool.on(driver, config);
            Disposable first = pool.create().subscribe(lent -> {}, error -> {});
            Eventually.that("connects fail", () -> pool.troubleWithoutIdle() != null);

            // not before it has left, or it may be given a connection
            Mono<?> leaving = Mono.fromRunnable(() -> {
                        first.dispose();
                        driver.connecting = connection -> connection;
                    })
                    .subscribeOn(Schedulers.parallel());
            Mono<?> coming = Mono.defer(pool::create)
                    .subscribeOn(Schedulers.parallel())
                    .flatMap(lent -> Mono.<Void>from(lent.close()));

            // far below the deadline, at which the second would be told that it waited in vain
            StepVerifier.create(Mono.when(leaving, coming)).expectComplete().verify(Duration.ofSeconds(10));
            StepVerifier.create(pool.close()).expectComplete().verify(SOON);
        }
    }
}
