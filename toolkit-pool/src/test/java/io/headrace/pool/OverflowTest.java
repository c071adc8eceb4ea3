package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections above the size live as long as they are needed at once. */
@Timeout(20)
class OverflowTest {

    private final Database database = new Database();
    private final Pool pool = database.pool(c -> c.size(2).overflow(1).maxWaiting(5));
    private final Callers callers = new Callers(pool);

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    @Test
    void moreAreOpenedWhileAllAreLentAndNotOneMore() {
        callers.come(5);

        assertThat(callers.served).hasSize(3);
        assertThat(pool.snapshot().size()).isEqualTo(3);
        assertThat(pool.snapshot().waiting()).isEqualTo(2);
        assertThat(pool.snapshot().numbers()).startsWith("3/2+1 in use, 2 waiting");
    }

    @Test
    void theFirstThatComesBackIsClosedIfNobodyWaits() {
        callers.come(3);
        Connection first = callers.served.get(0);

        giveBack(first);

        assertThat(database.driver.opened.get(0).closed).isTrue();
        giveBack(callers.served.get(1));
        giveBack(callers.served.get(2));
        assertThat(database.open()).hasSize(2);
        assertThat(pool.snapshot().idle()).isEqualTo(2);
    }

    @Test
    void oneThatComesBackServesWhoeverWaits() {
        callers.come(4);
        Connection first = callers.served.get(0);

        giveBack(first);

        assertThat(behind(callers.served.get(3))).isSameAs(database.driver.opened.get(0));
        assertThat(database.driver.opened).hasSize(3);
    }

    @Test
    void itMayBeOpenedAgainAndAgain() {
        List<Connection> kept = List.of(take(pool), take(pool));

        for (int i = 0; i < 5; i++) {
            giveBack(take(pool));
        }

        assertThat(database.driver.opened).hasSize(7);
        kept.forEach(Loans::giveBack);
        assertThat(pool.snapshot().size()).isEqualTo(2);
    }
}
