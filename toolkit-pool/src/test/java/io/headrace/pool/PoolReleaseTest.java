package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(20)
class PoolReleaseTest {

    private final FakeDriver driver = new FakeDriver();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Pool pool = Pool.on(driver, PoolConfig.of(c -> c.name("shop").size(1)), new Timing(time));

    @AfterEach
    void stopTime() {
        time.dispose();
    }

    @Test
    void closeIsLazyAndMayBeRepeated() {
        Connection lent = take(pool);

        Mono<Void> close = Mono.from(lent.close());
        assertThat(pool.snapshot().idle()).isZero();

        StepVerifier.create(close).expectComplete().verify(SOON);
        StepVerifier.create(close).expectComplete().verify(SOON);
        StepVerifier.create(lent.close()).expectComplete().verify(SOON);
        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void aSecondCloseDoesNotGiveBackTheNextLoan() {
        Connection first = take(pool);
        giveBack(first);
        Connection second = take(pool);

        giveBack(first);

        assertThat(pool.snapshot().acquired()).isOne();
        assertThat(second.isAutoCommit()).isTrue();
    }

    @Test
    void aReturnedConnectionRefusesWork() {
        Connection lent = take(pool);
        giveBack(lent);

        assertThatIllegalStateException()
                .isThrownBy(() -> lent.createStatement("SELECT 1"))
                .withMessage("pool 'shop': this connection was given back and may serve somebody else by now. "
                        + "Acquire another one, or close it later.");
        assertThatIllegalStateException().isThrownBy(lent::beginTransaction);
        StepVerifier.create(lent.validate(ValidationDepth.LOCAL))
                .expectNext(false)
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void aCleanConnectionComesBackWithoutARoundTrip() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        StepVerifier.create(lent.beginTransaction()).expectComplete().verify(SOON);
        StepVerifier.create(lent.commitTransaction()).expectComplete().verify(SOON);

        giveBack(lent);

        assertThat(fake.calls).containsExactly("begin", "commit");
    }

    @Test
    void anOpenTransactionIsRolledBackOnce() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        StepVerifier.create(lent.beginTransaction()).expectComplete().verify(SOON);

        giveBack(lent);

        assertThat(fake.calls).containsExactly("begin", "rollback");
        assertThat(behind(take(pool))).isSameAs(fake);
    }

    @Test
    void aTransactionThatWasStillBeginningIsRolledBackToo() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        fake.answersBegin = false;
        Mono.from(lent.beginTransaction()).subscribe().dispose();
        assertThat(lent.isAutoCommit()).isTrue();

        giveBack(lent);

        assertThat(fake.calls).containsExactly("begin", "validate", "rollback");
        assertThat(fake.inTransaction).isFalse();
    }

    @Test
    void aTransactionThatDoesNotEndInTimeCostsTheConnection() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        StepVerifier.create(lent.beginTransaction()).expectComplete().verify(SOON);
        fake.rollbackAnswer = Mono.never();

        StepVerifier.create(lent.close())
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .expectComplete()
                .verify(SOON);

        assertThat(fake.closed).isTrue();
        assertThat(behind(take(pool))).isNotSameAs(fake);
    }

    @Test
    void aCancelledCloseStillGivesBack() {
        Connection lent = take(pool);
        StepVerifier.create(lent.beginTransaction()).expectComplete().verify(SOON);
        behind(lent).rollbackAnswer = behind(lent).beginAnswer.asMono();
        FakeConnection fake = behind(lent);

        Mono.from(lent.close()).subscribe().dispose();
        assertThat(pool.snapshot().idle()).isZero();
        fake.beginAnswer.tryEmitEmpty().orThrow();

        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void aSecondCloseEndsWithTheFirst() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        StepVerifier.create(lent.beginTransaction()).expectComplete().verify(SOON);
        fake.rollbackAnswer = fake.beginAnswer.asMono();

        AtomicInteger ended = new AtomicInteger();
        Mono.from(lent.close()).doOnSuccess(nothing -> ended.incrementAndGet()).subscribe();
        Mono.from(lent.close()).doOnSuccess(nothing -> ended.incrementAndGet()).subscribe();
        assertThat(ended).hasValue(0);
        fake.beginAnswer.tryEmitEmpty().orThrow();
        assertThat(ended).hasValue(2);

        assertThat(fake.calls).containsExactly("begin", "rollback");
        assertThat(pool.snapshot().idle()).isOne();
    }

    @Test
    void aDeadConnectionIsNotKept() {
        Connection lent = take(pool);
        FakeConnection fake = behind(lent);
        fake.alive = false;

        giveBack(lent);

        assertThat(fake.closed).isTrue();
        assertThat(pool.snapshot().size()).isZero();
    }
}
