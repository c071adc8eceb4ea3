package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@PostgresTest
@Timeout(60)
class DrainTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Pool fake = Pool.on(driver, PoolConfig.of(c -> c.name("shop")), new Timing(time));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    /** With time for a machine that is busy with other things. */
    private static Pool open(TestPostgres postgres) {
        PoolConfig config = PoolConfig.of(
                c -> c.name("drained").connectTimeout(Duration.ofSeconds(20)).acquireTimeout(Duration.ofSeconds(30)));
        return Pool.open(postgres.url(), config);
    }

    private static boolean isActive(PostgresBackend backend) {
        return backend.state().equals("active") && backend.query().contains("pg_sleep");
    }

    @Test
    void whatStillRunsAtTheEndOfTheTimeIsStoppedOnTheServer(TestPostgres postgres) {
        Pool pool = open(postgres);
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        Disposable sleeper = pool.create()
                .flatMap(lent -> Sql.run(lent, "SELECT pg_sleep(600)"))
                .subscribe(nothing -> {}, errors::add);
        Eventually.that("the statement runs", () -> postgres.backends().stream().anyMatch(DrainTest::isActive));

        StepVerifier.create(pool.drain(Duration.ofMillis(200))).expectComplete().verify(Duration.ofSeconds(20));

        Eventually.that(
                "the server has nothing left of it", () -> postgres.backends().isEmpty());
        Eventually.that("the borrower was told", sleeper::isDisposed);
        assertThat(errors).hasSize(1);
    }

    @Test
    void aBorrowerThatComesBackInTimeIsNotDisturbed(TestPostgres postgres) {
        Pool pool = open(postgres);
        Mono<Integer> work = Mono.usingWhen(
                pool.create(),
                connection -> Sql.one(connection, "SELECT 42 FROM pg_sleep(0.5)", Integer.class),
                Connection::close);
        List<Integer> answers = new CopyOnWriteArrayList<>();
        work.subscribe(answers::add);
        Eventually.that("the statement runs", () -> postgres.backends().stream().anyMatch(DrainTest::isActive));

        StepVerifier.create(pool.drain(Duration.ofSeconds(20))).expectComplete().verify(Duration.ofSeconds(20));

        assertThat(answers).containsExactly(42);
        Eventually.that(
                "the server has nothing left of it", () -> postgres.backends().isEmpty());
    }

    @Test
    void theTimeoutOfTheDrainCountsAndNotThatOfTheClose() {
        take(fake);

        StepVerifier.create(fake.drain(Duration.ofSeconds(60)))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(59_999)))
                .then(() -> assertThat(driver.stillOpen()).isOne())
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectComplete()
                .verify(SOON);
        assertThat(driver.stillOpen()).isZero();
    }

    @Test
    void whoeverSubscribesFirstDecidesAndTheOthersSeeTheSameEnd() {
        take(fake);
        Mono<Void> slow = fake.drain(Duration.ofSeconds(60));
        Disposable first = fake.drain(Duration.ofSeconds(2)).subscribe();
        Disposable second = slow.subscribe();
        Disposable third = fake.close().subscribe();

        time.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(first.isDisposed() || second.isDisposed() || third.isDisposed())
                .isFalse();
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(first.isDisposed() && second.isDisposed() && third.isDisposed())
                .isTrue();
        StepVerifier.create(slow).expectComplete().verify(SOON);
    }

    @Test
    void aLaterCloseDoesNotHurryADrain() {
        take(fake);
        Disposable drain = fake.drain(Duration.ofSeconds(60)).subscribe();
        Disposable close = fake.close().subscribe();

        time.advanceTimeBy(Duration.ofMillis(59_999));
        assertThat(drain.isDisposed() || close.isDisposed()).isFalse();
        assertThat(driver.stillOpen()).isOne();
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(drain.isDisposed() && close.isDisposed()).isTrue();
    }

    @Test
    void aDrainIsLazyAndFailsWhoeverWaits() {
        Mono<Void> drain = fake.drain(Duration.ZERO);
        assertThat(fake.snapshot().open()).isTrue();
        Connection lent = take(fake);

        StepVerifier.create(drain).expectComplete().verify(SOON);

        assertThat(fake.snapshot().open()).isFalse();
        assertThat(driver.stillOpen()).isZero();
        StepVerifier.create(fake.create())
                .expectError(PoolClosedException.class)
                .verify(SOON);
        StepVerifier.create(lent.close()).expectComplete().verify(SOON);
    }

    @Test
    void aNegativeTimeoutIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fake.drain(Duration.ofSeconds(-1)).subscribe())
                .withMessage("The timeout of a drain must not be negative, but it is -1 s.");
    }
}
