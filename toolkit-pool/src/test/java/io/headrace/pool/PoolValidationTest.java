package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class PoolValidationTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    private Pool pool(PoolConfig config) {
        return Pool.on(driver, config, new Timing(time));
    }

    @Test
    void aConnectionThatWorkedJustNowIsLentWithoutARoundTrip() {
        Pool pool = pool(PoolConfig.defaults());
        giveBack(take(pool));
        time.advanceTimeBy(Duration.ofMillis(499));

        assertThat(behind(take(pool)).calls).isEmpty();
        assertThat(driver.opened).hasSize(1);
    }

    @Test
    void aConnectionThatWaitedLongIsAskedFirst() {
        Pool pool = pool(PoolConfig.defaults());
        giveBack(take(pool));
        time.advanceTimeBy(Duration.ofMillis(500));

        assertThat(behind(take(pool)).calls).containsExactly("validate");
        assertThat(driver.opened).hasSize(1);
    }

    @Test
    void deadConnectionsAreReplacedWithinTheSameAcquire() {
        Pool pool = pool(PoolConfig.of(c -> c.size(3)));
        Connection[] all = {take(pool), take(pool), take(pool)};
        for (Connection connection : all) {
            FakeConnection dead = behind(connection);
            giveBack(connection);
            dead.alive = false;
        }

        FakeConnection lent = behind(take(pool));

        assertThat(lent).isNotIn(driver.opened.subList(0, 3));
        assertThat(driver.opened.subList(0, 3)).allMatch(connection -> connection.closed);
        assertThat(pool.snapshot().size()).isOne();
    }

    @Test
    void anIdleConnectionThatDoesNotAnswerIsReplacedAfterTheValidateTimeout() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1).validateTimeout(Duration.ofMillis(300))));
        Connection first = take(pool);
        behind(first).remoteAnswer = Mono.never();
        giveBack(first);
        time.advanceTimeBy(Duration.ofSeconds(1));

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(300)))
                .assertNext(connection -> assertThat(behind(connection)).isSameAs(driver.opened.get(1)))
                .expectComplete()
                .verify(SOON);
        assertThat(driver.opened.get(0).closed).isTrue();
    }

    @Test
    void aDeadlineAfterADeadConnectionTellsOfIt() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1).acquireTimeout(Duration.ofSeconds(1))));
        Connection first = take(pool);
        FakeConnection dead = behind(first);
        giveBack(first);
        dead.alive = false;
        driver.connecting = connection -> Mono.never();

        StepVerifier.create(pool.create())
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolAcquireTimeoutException.class)
                        .hasRootCauseMessage("an idle connection was found dead"))
                .verify(SOON);
    }

    @Test
    void aConnectionWhoseValidationWasAbandonedIsNotLentAgain() {
        Pool pool = pool(PoolConfig.of(c -> c.size(1)));
        Connection first = take(pool);
        behind(first).remoteAnswer = Mono.never();
        giveBack(first);
        time.advanceTimeBy(Duration.ofSeconds(1));

        Disposable impatient = pool.create().subscribe();
        assertThat(driver.opened.get(0).calls).containsExactly("validate");
        impatient.dispose();

        assertThat(driver.opened.get(0).closed).isTrue();
        assertThat(behind(take(pool))).isSameAs(driver.opened.get(1));
        assertThat(pool.snapshot().size()).isOne();
    }

    @Test
    void aDriverThatDoesNotAnswerAtOnceIsWaitedFor() {
        Pool pool = pool(PoolConfig.of(c -> c.size(2)));
        Connection first = take(pool);
        Connection second = take(pool);
        behind(first).answersAtOnce = false;
        behind(second).answersAtOnce = false;
        giveBack(first);
        giveBack(second);
        driver.opened.get(1).alive = false;

        assertThat(behind(take(pool))).isSameAs(driver.opened.get(0));
        assertThat(driver.opened.get(1).closed).isTrue();
        assertThat(driver.opened).hasSize(2);
    }

    @Test
    void aNewConnectionThatBreaksAtOnceIsAnErrorAndNotALoop() {
        driver.connecting = connection -> connection.doOnNext(fresh -> ((FakeConnection) fresh).alive = false);
        Pool pool = pool(PoolConfig.defaults());

        StepVerifier.create(pool.create())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcNonTransientResourceException.class)
                        .hasMessageStartingWith("A new connection broke before it could be lent."))
                .verify(SOON);
        assertThat(driver.opened).hasSize(1);
        assertThat(pool.snapshot().size()).isZero();
    }

    @Test
    void aConnectionIsReplacedAtItsAge() {
        Pool pool = pool(PoolConfig.of(c -> c.maxLife(Duration.ofMinutes(5)).noMaxIdle()));
        giveBack(take(pool));
        time.advanceTimeBy(Duration.ofMinutes(5));

        giveBack(take(pool));

        assertThat(driver.opened).hasSize(2);
        assertThat(driver.opened.get(0).closed).isTrue();
    }

    @Test
    void unusedConnectionsAreClosedInTheBackground() {
        Pool pool = pool(PoolConfig.of(c -> c.maxIdle(Duration.ofMinutes(1))));
        giveBack(take(pool));

        time.advanceTimeBy(Duration.ofSeconds(91));

        assertThat(driver.opened.get(0).closed).isTrue();
        assertThat(pool.snapshot().size()).isZero();
    }

    @Test
    void connectionsThatNobodyUsesAreKeptWhenSoConfigured() {
        Pool pool = pool(PoolConfig.of(c -> c.noMaxIdle().noMaxLife()));
        giveBack(take(pool));
        time.advanceTimeBy(Duration.ofDays(3));

        assertThat(behind(take(pool))).isSameAs(driver.opened.get(0));
    }
}
