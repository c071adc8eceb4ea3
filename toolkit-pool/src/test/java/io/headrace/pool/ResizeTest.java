package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@Timeout(20)
class ResizeTest {

    private final Database database = new Database();
    private final Pool pool = database.pool(c -> c.size(3).minimumIdle(1));
    private final Callers callers = new Callers(pool);

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void resize(int size) {
        StepVerifier.create(pool.resize(size)).expectComplete().verify(SOON);
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        Mono<Void> later = pool.resize(9);
        assertThat(pool.snapshot().maxSize()).isEqualTo(3);

        StepVerifier.create(later).expectComplete().verify(SOON);

        assertThat(pool.snapshot().maxSize()).isEqualTo(9);
    }

    @Test
    void callersWhoWaitGetConnectionsAtOnce() {
        callers.come(8);
        assertThat(callers.served).hasSize(3);

        resize(7);

        assertThat(callers.served).hasSize(7);
        assertThat(pool.snapshot().waiting()).isOne();
        assertThat(database.driver.opened).hasSize(7);
    }

    @Test
    void idleConnectionsAboveTheNewSizeAreClosed() {
        callers.come(3);
        callers.giveAllBack();

        resize(1);

        assertThat(database.open()).hasSize(1);
        assertThat(pool.snapshot().size()).isOne();
    }

    @Test
    void lentOnesAreClosedWhenTheyComeBackEvenIfOthersWait() {
        callers.come(5);
        Connection first = callers.served.get(0);
        Connection second = callers.served.get(1);
        Connection third = callers.served.get(2);
        resize(1);

        Loans.giveBack(first);
        Loans.giveBack(second);
        assertThat(database.open()).hasSize(1);
        assertThat(callers.served).hasSize(3);
        Loans.giveBack(third);

        assertThat(callers.served).hasSize(4);
        assertThat(database.driver.opened).hasSize(3);
    }

    @Test
    void aSizeOutOfRangeIsRefusedWithBothValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pool.resize(0))
                .withMessage("The size of a pool must be 1 or more, not 0.");
        Pool kept = database.pool(c -> c.size(5).minimumIdle(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kept.resize(2))
                .withMessage("minimumIdle must be between 0 and the size, but it is 3 and the size is 2. "
                        + "Lower minimumIdle or raise the size.");
    }

    @Test
    void aClosedPoolIsNotResized() {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        StepVerifier.create(pool.resize(5))
                .expectError(PoolClosedException.class)
                .verify(SOON);
    }
}
