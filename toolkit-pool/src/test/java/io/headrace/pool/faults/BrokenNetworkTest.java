package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.failure;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfigBuilder;
import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a {@link Pool} when the line to its database fails in one way or another, and comes back. */
@PostgresTest
@Timeout(90)
@AllowDroppedErrors("the end of a connection may come when nobody listens any more")
class BrokenNetworkTest {

    private static final int SIZE = 3;

    /** How long a caller has patience where it can't be served. */
    private static final Duration ACQUIRE = Duration.ofSeconds(1);

    /** Much more than that, on a machine with other work, and much less than for ever. */
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    private final TestPostgres postgres;
    // the parameters of a statement that is never sent, see docs/traps.md
    private final LeakReports leakReports = LeakReports.off();

    BrokenNetworkTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @AfterEach
    void reportLeaksAgain() {
        leakReports.close();
    }

    private static PoolConfigBuilder askFirst(PoolConfigBuilder config) {
        return config.size(SIZE).validateAfterIdle(Duration.ZERO);
    }

    private static PoolConfigBuilder impatient(PoolConfigBuilder config) {
        return askFirst(config).acquireTimeout(ACQUIRE).connectTimeout(ACQUIRE);
    }

    /** So many callers at once, each of which has to fail, and within its patience. */
    private static void nobodyIsServed(PooledLine line) {
        List<CompletableFuture<Integer>> callers = Stream.generate(
                        () -> one(line.pool, "SELECT 1", Integer.class).toFuture())
                .limit(2 * SIZE)
                .toList();
        Eventually.becomes(
                "every caller is answered within its acquire timeout",
                ANSWERED,
                () -> callers.stream().filter(caller -> !caller.isDone()).count(),
                open -> open == 0);
        assertThat(callers).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void idleConnectionsThatAreHalfOpenAreReplacedWithinOneAcquire() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::askFirst)) {
            line.fill();

            line.proxy.blackHoleExisting();

            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            line.proxy.resetSilent();
            line.recovers();
        }
    }

    @Test
    void idleConnectionsThatWereResetAreReplacedAndNobodyNoticesIt() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::askFirst)) {
            line.fill();

            line.proxy.reset();

            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            line.recovers();
        }
    }

    @Test
    void aResetDuringAStatementIsAnErrorAndAConnectionLess() throws Exception {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(1))) {
            Connection lent = now(line.pool.create());
            CompletableFuture<Integer> running = Ask.sleep(lent, 60).toFuture();
            Eventually.becomes("the statement runs", this::active, count -> count == 1);
            CompletableFuture<Integer> waiting =
                    one(line.pool, "SELECT 1", Integer.class).toFuture();

            line.proxy.reset();

            Eventually.becomes("the statement has its error", running::isDone, ended -> ended);
            assertThat(running).isCompletedExceptionally();
            done(lent.close());
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isOne();
            // PostgreSQL does not look at its socket while a statement runs
            postgres.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep($1)'");
            line.recovers();
        }
    }

    private long active() {
        return postgres.backends().stream()
                .filter(backend -> backend.state().equals("active"))
                .count();
    }

    @Test
    void aSlowLineIsSlowAndNothingElse() {
        try (PooledLine line = PooledLine.of(postgres, c -> c.size(SIZE).validateTimeout(Duration.ofSeconds(5)))) {
            line.fill();

            line.proxy.delay(Duration.ofMillis(100));

            List<CompletableFuture<Integer>> callers = Stream.generate(
                            () -> one(line.pool, "SELECT 1", Integer.class).toFuture())
                    .limit(4 * SIZE)
                    .toList();
            Eventually.becomes(
                    "every caller is answered",
                    () -> callers.stream().filter(caller -> !caller.isDone()).count(),
                    open -> open == 0);
            assertThat(callers).noneMatch(CompletableFuture::isCompletedExceptionally);
            line.recovers();
        }
    }

    @Test
    void refusedConnectsAreErrorsWithinTheAcquireTimeoutAndEndWithTheRefusal() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::impatient)) {
            line.proxy.refuse();

            nobodyIsServed(line);

            line.recovers();
        }
    }

    @Test
    void connectionsThatAreCutAndCanNotBeReplacedComeBackWithTheServer() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::impatient)) {
            line.fill();
            line.proxy.refuse();
            line.proxy.reset();

            nobodyIsServed(line);

            line.recovers();
        }
    }

    @Test
    void aLineThatSwallowsEverythingCostsEachCallerItsPatienceAndNoMore() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::impatient)) {
            line.fill();
            line.proxy.blackHole();

            nobodyIsServed(line);

            line.proxy.forward();
            line.proxy.resetSilent();
            AfterFault.eventually(line.pool, postgres);
        }
    }

    @Test
    void aCutDuringATransactionIsAnErrorForItsOwnerOnly() {
        try (PooledLine line = PooledLine.of(postgres, BrokenNetworkTest::askFirst)) {
            Connection owner = now(line.pool.create());
            done(owner.beginTransaction());
            line.proxy.reset();

            assertThat(failure(one(owner, "SELECT 1", Integer.class))).isInstanceOf(R2dbcException.class);

            assertThat(now(one(line.pool, "SELECT 1", Integer.class))).isOne();
            done(owner.close());
            line.recovers();
        }
    }
}
