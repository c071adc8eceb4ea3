package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** While a database is down it is left alone, and callers wait for it. */
@Timeout(20)
class BackOffTest {

    private final Database database = new Database();

    @AfterEach
    void stopTime() {
        database.time.dispose();
    }

    private void later(long millis) {
        database.time.advanceTimeBy(Duration.ofMillis(millis));
    }

    @Test
    void aConnectThatFailsForAWhileFailsNobody() {
        Callers callers = new Callers(database.pool(c -> c.size(2)));
        database.goesDown();
        callers.come(3);
        later(99);
        database.comesUp();
        assertThat(callers.served).isEmpty();

        later(1);

        assertThat(callers.served).hasSize(2);
        assertThat(callers.failed).isEmpty();
    }

    @Test
    void thereIsOneConnectAtATimeAndEachPauseIsTwiceAsLong() {
        Callers callers = new Callers(database.pool(c ->
                c.acquireTimeout(Duration.ofMinutes(1)).connectBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))));
        database.goesDown();

        callers.come(50);
        later(5_000);

        assertThat(database.connects).containsExactly(0L, 100L, 300L, 700L, 1_500L, 2_500L, 3_500L, 4_500L);
    }

    @Test
    void eachPauseIsUpToAHalfShorterByChance() {
        Callers callers =
                new Callers(database.pool(c -> c.connectBackOff(Duration.ofMillis(100), Duration.ofSeconds(1))));
        database.chance(1);
        database.goesDown();

        callers.comes();
        later(400);

        assertThat(database.connects).containsExactly(0L, 50L, 150L, 350L);
    }

    @Test
    void afterTheFirstSuccessTheOthersConnectUpToTheSize() {
        Callers callers = new Callers(database.pool(c -> c.size(10)));
        database.goesDown();
        callers.come(30);
        database.comesUp();

        later(100);

        assertThat(callers.served).hasSize(10);
        assertThat(database.driver.opened).hasSize(10);
        assertThat(database.connects).hasSize(11);
    }

    @Test
    void theOthersWaitForTheResultOfTheOneThatIsTried() {
        Callers callers = new Callers(database.pool(c -> c.size(10)));
        database.goesDown();
        callers.come(30);
        database.answers(connection -> connection.delaySubscription(Duration.ofSeconds(1), database.time));

        later(1_099);
        assertThat(database.connects).hasSize(2);
        later(1);

        assertThat(database.connects).hasSize(11);
    }

    @Test
    void connectsThatFailTogetherAreOneFailure() {
        Callers callers = new Callers(database.pool(c -> c.size(10)));
        database.answers(connection -> connection
                .delaySubscription(Duration.ofMillis(10), database.time)
                .then(Mono.error(new IOException("cut"))));
        callers.come(10);
        later(10);
        assertThat(database.connects).hasSize(10);
        database.connects.clear();
        database.goesDown();

        later(400);

        assertThat(database.connects).containsExactly(110L, 310L);
    }

    @Test
    void pausesAreShortAgainAfterASuccess() {
        Callers callers = new Callers(database.pool(c -> c.size(2)));
        database.goesDown();
        callers.comes();
        later(300);
        database.comesUp();
        later(400);
        assertThat(callers.served).hasSize(1);
        database.connects.clear();

        database.goesDown();
        callers.comes();
        later(100);

        assertThat(database.connects).containsExactly(700L, 800L);
    }

    @Test
    void atTheDeadlineTheErrorSaysWhyThereWasNoConnection() {
        Callers callers = new Callers(database.pool(c -> c.size(1).acquireTimeout(Duration.ofSeconds(2))));
        database.goesDown();
        callers.come(2);

        later(2_000);

        assertThat(callers.failed).hasSize(2).allSatisfy(error -> assertThat(error)
                .isInstanceOf(PoolAcquireTimeoutException.class)
                .hasCauseInstanceOf(ConnectException.class)
                .hasMessageStartingWith("pool 'shop': no connection within 2 s (0/1 in use, ")
                .hasMessageEndingWith("The last connect failed with ConnectException. "
                        + "Look whether the database is up, reachable and has room for connections."));
    }

    @Test
    void aConnectThatTakesTooLongIsTriedAgain() {
        Callers callers = new Callers(
                database.pool(c -> c.connectTimeout(Duration.ofSeconds(3)).acquireTimeout(Duration.ofSeconds(5))));
        database.answers(connection -> Mono.never());
        callers.comes();
        later(5_000);
        assertThat(callers.failed).singleElement().satisfies(error -> assertThat(error)
                .hasCauseInstanceOf(PoolConnectTimeoutException.class));

        callers.comes();
        database.comesUp();
        later(2_000);

        assertThat(callers.served).hasSize(1);
    }

    @Test
    void errorsThatWillNotPassArriveAtOnceAndAsTheyAre() {
        for (Throwable error : List.of(
                new R2dbcPermissionDeniedException("password", "28P01"),
                new R2dbcNonTransientResourceException("password", "28000"),
                new R2dbcBadGrammarException("database", "3D000"),
                new SSLHandshakeException("certificate").initCause(new CertificateException("unknown")),
                new IllegalArgumentException("no such option"))) {
            Callers callers = new Callers(database.pool(c -> c.size(2)));
            database.fails(error);

            callers.come(3);

            assertThat(callers.failed).hasSize(3).allSatisfy(failure -> assertThat(failure)
                    .isSameAs(error));
        }
    }

    @Test
    void errorsThatMayPassAreWaitedOut() {
        for (Throwable error : List.of(
                new R2dbcNonTransientResourceException("refused"),
                new R2dbcNonTransientResourceException("starting up", "57P03"),
                new R2dbcNonTransientResourceException("too many", "53300"),
                new R2dbcTransientResourceException("cut", "08006"),
                new IllegalStateException("wrapped", new IOException("reset")),
                new TimeoutException("slow"))) {
            Callers callers = new Callers(database.pool(c -> c.size(1)));
            database.fails(error);
            callers.comes();
            database.comesUp();

            later(100);

            assertThat(callers.served).as(error.toString()).hasSize(1);
        }
    }

    @Test
    void connectionsThatComeBackServeThoseWhoWaitMeanwhile() {
        Callers callers = new Callers(database.pool(c -> c.size(10)));
        callers.come(2);
        database.fails(new R2dbcNonTransientResourceException("too many", "53300"));
        callers.come(2);
        List<Connection> lent = List.copyOf(callers.served);

        lent.forEach(Loans::giveBack);

        assertThat(callers.served).hasSize(4);
        assertThat(database.connects).hasSize(3);
    }

    @Test
    void aDatabaseThatNobodyWantsIsNotAsked() {
        Callers callers = new Callers(database.pool(c -> c.acquireTimeout(Duration.ofSeconds(1))));
        database.goesDown();
        callers.comes();
        later(1_000);
        int before = database.connects.size();

        later(3_600_000);
        assertThat(database.connects).hasSize(before);
        database.comesUp();
        callers.comes();

        assertThat(callers.served).hasSize(1);
    }

    @Test
    void aFullQueueTellsOfTheFailure() {
        Callers callers = new Callers(database.pool(c -> c.maxWaiting(1)));
        database.goesDown();

        callers.come(2);

        assertThat(callers.failed).singleElement().satisfies(error -> assertThat(error)
                .isInstanceOf(PoolExhaustedException.class)
                .hasCauseInstanceOf(ConnectException.class)
                .hasMessageContaining("The last connect failed with ConnectException."));
    }

    @Test
    void callersWhoMayNotWaitFindADatabaseThatCameBack() {
        Callers callers = new Callers(database.pool(c -> c.maxWaiting(0)));
        database.goesDown();
        callers.comes();
        assertThat(callers.failed).singleElement().isInstanceOf(PoolExhaustedException.class);
        later(100);
        database.comesUp();

        callers.come(2);

        assertThat(callers.served).isNotEmpty();
    }

    @Test
    void aCloseDoesNotWaitForTheDatabase() {
        Pool pool = database.pool(c -> c.minimumIdle(2));
        Callers callers = new Callers(pool);
        database.goesDown();
        callers.come(3);

        StepVerifier.create(pool.close()).expectComplete().verify(SOON);

        assertThat(callers.failed).hasSize(3).allSatisfy(error -> assertThat(error)
                .isInstanceOf(PoolClosedException.class));
        int connects = database.connects.size();
        long timers = database.time.getScheduledTaskCount();
        later(3_600_000);
        assertThat(database.connects).hasSize(connects);
        assertThat(database.time.getScheduledTaskCount()).isEqualTo(timers);
    }
}
