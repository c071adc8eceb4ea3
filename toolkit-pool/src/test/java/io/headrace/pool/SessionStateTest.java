package io.headrace.pool;

import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What one borrower changes in the session is not there for the next. */
@PostgresTest
@Timeout(60)
class SessionStateTest {

    private static final Duration LATER = Duration.ofSeconds(20);

    private final TestPostgres postgres;
    private final FaultProxy proxy;
    private final Pool pool;
    private final Connection lent;
    private final int pid;

    SessionStateTest(TestPostgres postgres) {
        this.postgres = postgres;
        proxy = FaultProxy.to(postgres.host(), postgres.port());
        pool = Pool.open(postgres.urlThrough(proxy) + "?statementTimeout=PT50S", PoolConfig.of(c -> c.name("state")
                .size(1)
                .connectTimeout(LATER)
                .acquireTimeout(LATER)
                .releaseTimeout(LATER)));
        lent = take(pool);
        pid = now(Sql.one(lent, "SELECT pg_backend_pid()", Integer.class));
    }

    @AfterEach
    void close() {
        StepVerifier.create(pool.close()).expectComplete().verify(LATER);
        proxy.close();
    }

    private void done(Mono<Void> work) {
        StepVerifier.create(work).expectComplete().verify(LATER);
    }

    private Connection nextOnTheSameSession() {
        giveBack(lent);
        Connection next = take(pool);
        assertThat(now(Sql.one(next, "SELECT pg_backend_pid()", Integer.class))).isEqualTo(pid);
        return next;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET work_mem = '77MB'                        | SHOW work_mem",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | SHOW default_transaction_read_only",
                "SELECT set_config('search_path', 'nowhere', false)   | SHOW search_path",
                "SET statement_timeout = 7000                 | SHOW statement_timeout",
                "SET ROLE pg_read_all_data                    | SELECT current_user::text",
                "SET SESSION AUTHORIZATION pg_read_all_data   | SELECT session_user::text",
                "LISTEN orders                                | SELECT count(*)::text FROM pg_listening_channels()",
                "CREATE TEMP TABLE mine (a int)               | SELECT coalesce(to_regclass('mine')::text, 'none')",
                "SELECT pg_advisory_lock(4711)                | SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'",
                "BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1; COMMIT | SELECT count(*)::text FROM pg_cursors WHERE name = 'c'",
            })
    void whatASessionKeepsIsTakenBack(String change, String look) {
        String before = now(Sql.one(lent, look, String.class));
        done(Sql.run(lent, change));
        assertThat(now(Sql.one(lent, look, String.class))).isNotEqualTo(before);

        Connection next = nextOnTheSameSession();

        assertThat(now(Sql.one(next, look, String.class))).isEqualTo(before);
        giveBack(next);
    }

    @Test
    void timeoutsAndIsolationSetByTheDriversMethodsAreTakenBack() {
        done(Mono.from(lent.setStatementTimeout(Duration.ofSeconds(3)))
                .then(Mono.from(lent.setLockWaitTimeout(Duration.ofSeconds(2))))
                .then(Mono.from(lent.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE))));

        Connection next = nextOnTheSameSession();

        assertThat(now(Sql.one(next, "SHOW statement_timeout", String.class))).isEqualTo("50s");
        assertThat(now(Sql.one(next, "SHOW lock_timeout", String.class))).isEqualTo("0");
        assertThat(now(Sql.one(next, "SHOW default_transaction_isolation", String.class)))
                .isEqualTo("read committed");
        assertThat(next.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        giveBack(next);
    }

    @Test
    void aTransactionByAutoCommitIsEnded() {
        done(Mono.from(lent.setAutoCommit(false)));

        Connection next = nextOnTheSameSession();

        assertThat(next.isAutoCommit()).isTrue();
        assertThat(postgres.openTransactions()).isEmpty();
        giveBack(next);
    }

    @Test
    void whatCannotBeTakenBackCostsTheConnection() {
        done(Sql.run(lent, "PREPARE mine AS SELECT 1"));
        giveBack(lent);

        Connection next = take(pool);

        assertThat(now(Sql.one(
                        next, "SELECT count(*)::int FROM pg_prepared_statements WHERE name = 'mine'", Integer.class)))
                .isZero();
        assertThat(now(Sql.one(next, "SELECT pg_backend_pid()", Integer.class))).isNotEqualTo(pid);
        giveBack(next);
    }

    @Test
    void settingsThatEndWithTheirTransactionCostNothing() {
        done(Sql.run(lent, "BEGIN")
                .then(Sql.run(lent, "SET LOCAL work_mem = '77MB'"))
                .then(Sql.run(lent, "COMMIT")));
        long before = proxy.roundTrips();

        giveBack(lent);

        assertThat(proxy.roundTrips()).isEqualTo(before);
    }
}
