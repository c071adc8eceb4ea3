package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.pool.Sql;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * What {@link BareCancelFaultsTest} does to the bare libraries, done to a {@link Pool}: a statement runs when its borrower
 * cancels and gives its connection back.
 */
@PostgresTest
@Timeout(90)
class RunningStatementsOnPoolTest {

    /** For the release timeout of 1 s and what the server needs, on a machine with other work. */
    private static final Duration STOPPED = Duration.ofSeconds(10);

    /** The bare libraries hang within two. */
    private static final int ROUNDS = 25;

    private final TestPostgres postgres;

    RunningStatementsOnPoolTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    private long active() {
        return postgres.backends().stream()
                .filter(backend -> backend.state().equals("active"))
                .count();
    }

    @Test
    void aCancelledStatementIsStoppedOnTheServerAndTheNextBorrowerIsServed() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection first = now(line.pool.create());
            Disposable running = Ask.sleep(first, 120).subscribe();
            Eventually.becomes("the statement runs", this::active, count -> count == 1);

            running.dispose();
            done(first.close());

            Eventually.becomes("no statement runs on the server", STOPPED, this::active, count -> count == 0);
            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            line.recovers();
        }
    }

    @Test
    void aStatementThatRunsWhenItsConnectionIsGivenBackIsStoppedToo() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection first = now(line.pool.create());
            Disposable running = Ask.sleep(first, 120).subscribe(slept -> {}, stopped -> {});
            Eventually.becomes("the statement runs", this::active, count -> count == 1);

            done(first.close());

            Eventually.becomes("no statement runs on the server", STOPPED, this::active, count -> count == 0);
            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            Eventually.becomes("whoever waited for it is told", running::isDisposed, ended -> ended);
            line.recovers();
        }
    }

    /** The two take different ways to the server. */
    @Test
    void aStopRequestThatArrivesBeforeItsStatementIsNotTheLastOne() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1).releaseTimeout(Duration.ofSeconds(5)))) {
            line.fill();
            Connection first = now(line.pool.create());
            line.proxy.delay(Duration.ofMillis(500));
            long before = line.proxy.roundTrips();
            Disposable running =
                    Sql.one(first, "SELECT 1 FROM pg_sleep(120)", Integer.class).subscribe();
            Eventually.becomes("the statement is under way", line.proxy::roundTrips, turns -> turns > before);
            line.proxy.forward();

            running.dispose();
            done(first.close());

            Eventually.becomes("no statement runs on the server", STOPPED, this::active, count -> count == 0);
            line.recovers();
        }
    }

    @Test
    void mostOfACutResultIsNeverSent() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            long bytes = CutResult.bytesUntilTheNextAnswer(line.pool, line.proxy, 0);

            assertThat(bytes).isLessThan(CutResult.BYTES / 2);
            line.recovers();
        }
    }

    /** Statements that end about when they are cancelled, on a line that holds cancel requests up. */
    @Test
    void aStopOnTheServerNeverHitsTheStatementOfTheNextBorrower() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1).releaseTimeout(Duration.ofSeconds(5)))) {
            line.fill();
            line.proxy.delay(Duration.ofMillis(5));
            Random random = new Random(1);
            for (int i = 0; i < 50; i++) {
                Mono.usingWhen(line.pool.create(), connection -> Ask.sleep(connection, 0.02), Connection::close)
                        .timeout(Duration.ofMillis(10L + random.nextInt(40)))
                        .onErrorComplete(TimeoutException.class)
                        .block(Ask.LATER);
                // long enough for a late signal to meet it
                Integer next = now(Mono.usingWhen(
                        line.pool.create(), connection -> Ask.sleep(connection, 0.05), Connection::close));
                assertThat(next).isOne();
            }
            line.recovers();
        }
    }

    @Test
    void resultsOfStatementsWithoutParametersThatAreCancelledHangNobody() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(NeighbourFails.CONNECTIONS))) {
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(NeighbourFails.round(line.pool, Duration.ofSeconds(15)))
                        .as("round %d is over; %s", round, line.pool.snapshot())
                        .isTrue();
            }
            line.recovers();
        }
    }

    @Test
    @AllowDroppedErrors("the end of a connection may come when nobody listens any more")
    void aLinkThatDiesUnderAStatementIsNotLentAgain() {
        try (LeakReports ignored = LeakReports.off();
                PooledLine line = PooledLine.of(postgres, c -> c.size(1).validateAfterIdle(Ask.LATER))) {
            Connection first = now(line.pool.create());
            line.proxy.blackHoleExisting();
            assertThat(one(first, "SELECT 1", Integer.class)
                            .timeout(Duration.ofMillis(200))
                            .onErrorReturn(TimeoutException.class, -1)
                            .block(Ask.LATER))
                    .isEqualTo(-1);

            done(first.close());

            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            line.proxy.resetSilent();
            line.recovers();
        }
    }
}
