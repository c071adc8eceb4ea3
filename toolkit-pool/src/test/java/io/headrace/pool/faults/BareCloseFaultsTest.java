package io.headrace.pool.faults;

import static io.headrace.pool.Sql.one;
import static io.headrace.pool.faults.Ask.done;
import static io.headrace.pool.faults.Ask.failure;
import static io.headrace.pool.faults.Ask.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Faults of r2dbc-pool on r2dbc-postgresql without us, when something is closed. */
@PostgresTest
@Timeout(60)
class BareCloseFaultsTest {

    private final TestPostgres postgres;

    BareCloseFaultsTest(TestPostgres postgres) {
        this.postgres = postgres;
    }

    @Test
    void aPoolIsClosedWhileAStatementStillRuns() throws Exception {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            Connection lent = now(pool.create());
            CompletableFuture<Integer> running = Ask.sleep(lent, 120).toFuture();
            Eventually.becomes("the statement runs", this::active, count -> count == 1);

            done(pool.pool().disposeLater());

            assertThat(active())
                    .as(Mended.hint("disposeLater() does not wait for what is lent"))
                    .isOne();
            assertThat(running).isNotDone();
            postgres.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep($1)'");
            assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS)).hasMessageContaining("cancel");
            Mono.from(lent.close()).onErrorComplete().block(Ask.LATER);
        }
    }

    private long active() {
        return postgres.backends().stream()
                .map(PostgresBackend::state)
                .filter("active"::equals)
                .count();
    }

    @Test
    void disposeBlocksAndIsAnErrorOnAThreadThatMustNot() {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            assertThat(now(one(pool, "SELECT 1", Integer.class))).isOne();

            assertThat(failure(Mono.fromRunnable(pool.pool()::dispose).subscribeOn(Schedulers.parallel())))
                    .as(Mended.hint("dispose() blocks"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("blocking");
        }
    }

    @Test
    void closingAConnectionTwiceIsAnError() {
        try (BarePool pool = BarePool.of(postgres.url(), 1)) {
            Connection lent = now(pool.create());
            done(lent.close());

            assertThatThrownBy(() -> done(lent.close()))
                    .as(Mended.hint("the second close() of a connection is an error"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
