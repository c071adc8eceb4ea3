package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.AllowDroppedErrors;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Faults of r2dbc-pool on r2dbc-postgresql without us, around a statement that is cancelled. */
@PostgresTest
@Timeout(90)
class BareCancelFaultsTest {

    private static final Duration ONE_WAY = Duration.ofMillis(500);
    private static final int TRIES = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final TestPostgres postgres;
    private final FaultProxy proxy;

    BareCancelFaultsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.proxy = FaultProxy.to(postgres.host(), postgres.port());
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void aCancelledStatementRunsOnAndTheNextBorrowerWaitsForItsEnd() throws Exception {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            Connection first = now(pool.create());
            Disposable running = Ask.sleep(first, 120).subscribe();
            Eventually.becomes("the statement runs", this::sleeping, count -> count == 1);
            running.dispose();
            done(first.close());
            String fault = Mended.hint("a statement that was cancelled runs on after its connection was given back");
            assertThat(pool.numbers()).as(fault).isEqualTo("idle=1 acquired=0");

            CompletableFuture<Integer> next =
                    one(pool, "SELECT 1", Integer.class).toFuture();

            assertThatThrownBy(() -> next.get(1, TimeUnit.SECONDS)).as(fault).isInstanceOf(TimeoutException.class);
            assertThat(sleeping()).as(fault).isOne();
            postgres.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep($1)'");
            assertThat(next.get(20, TimeUnit.SECONDS)).isOne();
        }
    }

    private long sleeping() {
        return postgres.backends().stream()
                .filter(backend -> backend.state().equals("active"))
                .count();
    }

    @Test
    void theRestOfACutResultIsReadBeforeTheNextStatementIsAnswered() {
        try (BarePool pool = BarePool.of(postgres.urlThrough(proxy), 1)) {
            long bytes = CutResult.bytesUntilTheNextAnswer(pool, proxy, 0);

            assertThat(bytes)
                    .as(Mended.hint("a result cut by take(10) is sent and read to its end when there is no fetch size"))
                    .isGreaterThan(CutResult.BYTES);
        }
    }

    @Test
    void aFetchSizeLimitsWhatIsReadOfACutResult() {
        try (BarePool pool = BarePool.of(postgres.urlThrough(proxy), 1)) {
            assertThat(CutResult.bytesUntilTheNextAnswer(pool, proxy, 100)).isLessThan(CutResult.BYTES / 10);
        }
    }

    @Test
    void aCancelRequestThatNobodyWaitsForKillsTheStatementOfTheNextBorrower() {
        try (BarePool pool = BarePool.of(postgres.urlThrough(proxy), 1)) {
            String killed = "none";
            for (int i = 0; i < TRIES && !killed.equals("57014"); i++) {
                killed = stateOfTheStatementAfterALateCancelRequest(pool);
            }

            assertThat(killed)
                    .as(Mended.hint("a cancel request stops whatever runs when it arrives"))
                    .isEqualTo("57014");
        }
    }

    /** The request is held up on its way while its statement ends by itself and the connection goes to somebody else. */
    private String stateOfTheStatementAfterALateCancelRequest(BarePool pool) {
        Connection first = now(pool.create());
        now(one(first, "SELECT 1", Integer.class));
        PostgresqlConnection driver = Objects.requireNonNull(((Wrapped<?>) first).unwrap(PostgresqlConnection.class));
        proxy.delay(ONE_WAY);
        long before = proxy.roundTrips();
        Disposable request = driver.cancelRequest().subscribe();
        Eventually.becomes("the request is on its way", proxy::roundTrips, turns -> turns > before);
        // a round trip to another session, for the time that the proxy needs to note the delay of what it has read
        assertThat(postgres.queryLong("SELECT 1")).isOne();
        proxy.forward();
        done(first.close());

        Connection second = now(pool.create());
        String state = Ask.sleep(second, 2)
                .map(slept -> "none")
                .onErrorResume(R2dbcException.class, error -> Mono.just(String.valueOf(error.getSqlState())))
                .block(Ask.LATER);
        done(second.close());
        request.dispose();
        return state;
    }

    @Test
    @AllowDroppedErrors("what a hanging connection still reports")
    void aCancelledResultOfAStatementWithoutParametersCanHangItsConnectionForGood() {
        try (LeakReports ignored = LeakReports.off();
                BarePool pool = BarePool.of(postgres.url(), NeighbourFails.CONNECTIONS)) {
            boolean hangs = false;
            for (int round = 0; round < NeighbourFails.MOST_ROUNDS && !hangs; round++) {
                hangs = !NeighbourFails.round(pool, PATIENCE) && !NeighbourFails.everybodyIsAnswered(pool, PATIENCE);
            }

            assertThat(hangs)
                    .as(Mended.hint("statements without parameters hang when several are cancelled while rows arrive"))
                    .isTrue();
            // it is not the server that has still something to do
            Eventually.becomes(
                    "no session is busy",
                    () -> postgres.backends().stream()
                            .map(PostgresBackend::state)
                            .distinct()
                            .toList(),
                    List.of("idle")::equals);
        }
    }
}
