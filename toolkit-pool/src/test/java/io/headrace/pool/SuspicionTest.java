package io.headrace.pool;

import static io.headrace.pool.FakeDriver.behind;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/** After a break every connection that has not proved itself since is asked before it is lent, however lately it was used. */
@Timeout(20)
class SuspicionTest {

    private final Database database = new Database();
    private final Pool pool = database.pool(c -> c.size(3)
            .validateAfterIdle(Duration.ofHours(1))
            .noKeepAlive()
            .noMaxIdle()
            .noMaxLife());

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void later() {
        database.time.advanceTimeBy(Duration.ofMillis(1));
    }

    @CanIgnoreReturnValue
    private List<Connection> takeAll() {
        return List.of(take(pool), take(pool), take(pool));
    }

    @Test
    void withoutABreakNobodyIsAsked() {
        takeAll().forEach(Loans::giveBack);
        later();

        takeAll();

        assertThat(database.driver.opened).allSatisfy(c -> assertThat(c.calls).isEmpty());
    }

    @Test
    void halfOpenConnectionsAreFoundOnceOneCameBackBroken() {
        List<Connection> all = takeAll();
        behind(all.get(0)).remoteAnswer = Mono.just(false);
        behind(all.get(1)).remoteAnswer = Mono.just(false);
        giveBack(all.get(0));
        giveBack(all.get(1));
        later();

        behind(all.get(2)).alive = false;
        giveBack(all.get(2));

        assertThat(behind(take(pool))).isSameAs(database.driver.opened.get(3));
        assertThat(database.open()).hasSize(1);
    }

    @Test
    void oneThatIsLentDuringTheBreakIsAskedToo() {
        List<Connection> all = takeAll();
        later();
        behind(all.get(2)).alive = false;
        giveBack(all.get(2));
        later();
        giveBack(all.get(0));

        assertThat(behind(take(pool)).calls).containsExactly("validate");
    }

    @Test
    void oneProofIsEnough() {
        takeAll().forEach(Loans::giveBack);
        later();
        database.driver.opened.get(2).alive = false;
        giveBack(take(pool));
        later();
        List<Connection> all = List.of(take(pool), take(pool));
        all.forEach(Loans::giveBack);
        later();

        List<Connection> again = List.of(take(pool), take(pool));

        assertThat(again).allSatisfy(c -> assertThat(behind(c).calls).hasSizeLessThanOrEqualTo(1));
    }

    @Test
    void aConnectThatFailsAsALostOneIsABreak() {
        Connection first = take(pool);
        database.goesDown();
        later();
        new Callers(pool).comes();

        giveBack(first);

        assertThat(database.driver.opened.get(0).calls).containsExactly("validate");
    }

    @Test
    void aServerThatIsFullHasBrokenNothing() {
        Connection first = take(pool);
        database.fails(new R2dbcNonTransientResourceException("too many", "53300"));
        later();
        new Callers(pool).comes();

        giveBack(first);

        assertThat(database.driver.opened.get(0).calls).isEmpty();
    }
}
