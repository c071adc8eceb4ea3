package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What a pool does though nobody asks. */
@Timeout(20)
class UpkeepTest {

    private final Database database = new Database();

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void later(Duration time) {
        database.time.advanceTimeBy(time);
    }

    @Test
    void theFirstAcquireOpensTheMinimum() {
        Pool pool = database.pool(c -> c.size(5).minimumIdle(3));
        assertThat(database.driver.opened).isEmpty();

        take(pool);

        assertThat(database.driver.opened).hasSize(3);
        assertThat(pool.snapshot().idle()).isEqualTo(2);
    }

    @Test
    void theMinimumIsKeptHoweverLongNobodyUsesIt() {
        Pool pool = database.pool(
                c -> c.size(5).minimumIdle(2).maxIdle(Duration.ofMinutes(1)).noMaxLife());
        Callers callers = new Callers(pool);
        callers.come(5);
        callers.giveAllBack();

        later(Duration.ofHours(2));

        assertThat(database.open()).hasSize(2);
        assertThat(database.driver.opened).hasSize(5);
    }

    @Test
    void aLostConnectionIsOpenedAgain() {
        Pool pool = database.pool(c -> c.size(5).minimumIdle(2));
        Connection lent = take(pool);
        FakeConnection lost = behind(lent);
        lost.alive = false;

        giveBack(lent);

        assertThat(lost.closed).isTrue();
        assertThat(database.open()).hasSize(2);
        assertThat(pool.snapshot().idle()).isEqualTo(2);
    }

    @Test
    void theMinimumComesBackWithTheDatabaseThoughNobodyAsks() {
        Pool pool = database.pool(c -> c.size(5).minimumIdle(3));
        take(pool);
        database.goesDown();
        database.driver.opened.forEach(connection -> connection.alive = false);
        later(Duration.ofMinutes(5));
        assertThat(database.open()).hasSize(1);
        database.comesUp();

        later(Duration.ofSeconds(4));

        assertThat(database.open()).hasSize(3);
    }

    @Test
    void aPasswordThatIsWrongIsNotTriedInALoop() {
        Pool pool = database.pool(c -> c.size(5).minimumIdle(3));
        giveBack(take(pool));
        database.fails(new R2dbcPermissionDeniedException("password", "28P01"));

        pool.refresh().subscribe();
        int refused = database.connects.size() - 3;
        later(Duration.ofSeconds(29));

        assertThat(refused).isBetween(1, 9);
        assertThat(database.connects).hasSize(refused + 3);
    }

    @Test
    void eachConnectionHasItsOwnAgeUpToATenthLess() {
        Pool pool =
                database.pool(c -> c.size(2).maxLife(Duration.ofMinutes(100)).noMaxIdle());
        Connection whole = take(pool);
        database.chance(1);
        Connection shorter = take(pool);
        giveBack(whole);
        giveBack(shorter);

        later(Duration.ofMinutes(89));
        assertThat(database.open()).hasSize(2);
        later(Duration.ofMinutes(1));
        assertThat(database.open()).containsExactly(database.driver.opened.get(0));
        later(Duration.ofMinutes(10));

        assertThat(database.open()).isEmpty();
    }

    @Test
    void oneThatGrowsOldWhileItIsLentIsClosedWhenItComesBack() {
        Pool pool = database.pool(c -> c.maxLife(Duration.ofMinutes(10)));
        Connection lent = take(pool);
        later(Duration.ofMinutes(11));
        assertThat(behind(lent).closed).isFalse();

        giveBack(lent);

        assertThat(database.driver.opened.get(0).closed).isTrue();
    }

    @Test
    void silentConnectionsAreAskedAndKept() {
        Pool pool = database.pool(
                c -> c.keepAlive(Duration.ofMinutes(2)).noMaxIdle().noMaxLife());
        giveBack(take(pool));

        later(Duration.ofMinutes(6));

        assertThat(database.driver.opened).singleElement().satisfies(c -> assertThat(c.calls)
                .containsExactly("validate", "validate", "validate"));
    }

    @Test
    void connectionsInUseAreNotAsked() {
        Pool pool = database.pool(c -> c.keepAlive(Duration.ofMinutes(2)));
        Connection lent = take(pool);

        later(Duration.ofMinutes(30));

        assertThat(behind(lent).calls).isEmpty();
    }

    @Test
    void oneThatDoesNotAnswerIsClosedAndNeverLent() {
        Pool pool = database.pool(c -> c.keepAlive(Duration.ofMinutes(2)).validateAfterIdle(Duration.ofDays(1)));
        Connection first = take(pool);
        behind(first).remoteAnswer = Mono.never();
        giveBack(first);

        later(Duration.ofMinutes(2));
        Callers callers = new Callers(pool);
        callers.comes();
        assertThat(callers.served).as("its answer is waited for").isEmpty();
        later(Duration.ofMillis(300));

        assertThat(database.driver.opened.get(0).closed).isTrue();
        assertThat(behind(callers.served.get(0))).isNotSameAs(database.driver.opened.get(0));
        assertThat(pool.snapshot().size()).isOne();
    }

    @Test
    void oneThatDiedInTheNightIsReplacedThoughNobodyWantsIt() {
        Pool pool = database.pool(c -> c.keepAlive(Duration.ofMinutes(2)).minimumIdle(1));
        giveBack(take(pool));
        database.driver.opened.get(0).alive = false;

        later(Duration.ofMinutes(2));

        assertThat(database.driver.opened.get(0).closed).isTrue();
        assertThat(database.open()).hasSize(1);
        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void whoComesDuringAQuestionGetsTheConnectionWithItsAnswer() {
        Pool pool = database.pool(c -> c.keepAlive(Duration.ofMinutes(2)));
        Connection first = take(pool);
        Sinks.One<Boolean> answer = Sinks.one();
        behind(first).remoteAnswer = answer.asMono();
        giveBack(first);
        later(Duration.ofMinutes(2));
        Callers callers = new Callers(pool);
        callers.comes();
        assertThat(callers.served).isEmpty();

        answer.tryEmitValue(true).orThrow();

        assertThat(behind(callers.served.get(0))).isSameAs(database.driver.opened.get(0));
        assertThat(database.driver.opened.get(0).calls).containsExactly("validate");
    }

    @Test
    void thereIsNoTimerBeforeTheFirstAcquireAndNoneAfterTheClose() {
        Pool pool = database.pool(c -> c.minimumIdle(2));
        later(Duration.ofHours(1));
        assertThat(database.time.getScheduledTaskCount()).isZero();
        giveBack(take(pool));

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        long before = database.time.getScheduledTaskCount();
        later(Duration.ofHours(1));
        assertThat(database.time.getScheduledTaskCount()).isEqualTo(before);
        assertThat(database.open()).isEmpty();
    }

    @Test
    void oneTimerLooksAfterAllConnections() {
        Pool pool = database.pool(c -> c.size(50).minimumIdle(50).noKeepAlive());
        take(pool);
        later(Duration.ofSeconds(29));
        long before = database.time.getScheduledTaskCount();

        later(Duration.ofSeconds(300));

        assertThat(database.time.getScheduledTaskCount()).isEqualTo(before + 10);
    }

    @Test
    void warmUpOpensTheMinimum() {
        Pool pool = database.pool(c -> c.size(5).minimumIdle(3));
        Mono<Void> warmUp = pool.warmUp();
        assertThat(database.driver.opened).isEmpty();

        StepVerifier.create(warmUp).expectComplete().verify(SOON);

        assertThat(pool.snapshot().idle()).isEqualTo(3);
        StepVerifier.create(warmUp).expectComplete().verify(SOON);
        assertThat(database.driver.opened).hasSize(3);
    }

    @Test
    void warmUpOpensOneAtLeast() {
        Pool pool = database.pool(c -> c.size(5));

        StepVerifier.create(pool.warmUp()).expectComplete().verify(SOON);

        assertThat(pool.snapshot().idle()).isOne();
        take(pool);
        assertThat(database.driver.opened).hasSize(1);
    }

    @Test
    void warmUpTellsOfAWrongPasswordAtOnce() {
        R2dbcPermissionDeniedException wrong = new R2dbcPermissionDeniedException("password", "28P01");
        database.fails(wrong);

        StepVerifier.create(database.pool(c -> c.minimumIdle(2)).warmUp())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(wrong))
                .verify(SOON);
    }

    @Test
    void warmUpWaitsForADatabaseThatStarts() {
        database.goesDown();
        StepVerifier.create(database.pool(c -> c.minimumIdle(2)).warmUp())
                .then(() -> later(Duration.ofSeconds(1)))
                .then(database::comesUp)
                .then(() -> later(Duration.ofSeconds(1)))
                .expectComplete()
                .verify(SOON);
        assertThat(database.open()).hasSize(2);
    }

    @Test
    void warmUpGivesUpAtTheAcquireTimeout() {
        database.goesDown();
        StepVerifier.create(database.pool(c -> c.acquireTimeout(Duration.ofSeconds(2)))
                        .warmUp())
                .then(() -> later(Duration.ofSeconds(2)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PoolAcquireTimeoutException.class)
                        .hasMessageContaining("The last connect failed with ConnectException."))
                .verify(SOON);
        int before = database.connects.size();
        later(Duration.ofMinutes(1));
        assertThat(database.connects).hasSize(before);
    }

    @Test
    void warmUpEndsWithTheClose() {
        database.goesDown();
        Pool pool = database.pool(c -> c);
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        pool.warmUp().subscribe(nothing -> {}, errors::add);

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        assertThat(errors).singleElement().isInstanceOf(PoolClosedException.class);
        StepVerifier.create(pool.warmUp())
                .expectError(PoolClosedException.class)
                .verify(SOON);
    }
}
