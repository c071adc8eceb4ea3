package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.giveBack;
import static io.headrace.pool.Loans.now;
import static io.headrace.pool.Loans.take;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresBackend;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;

@PostgresTest
@Timeout(60)
class PostgresqlPoolTest {

    private static void close(Pool pool) {
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    @Test
    void aStatementRunsAndTheConnectionIsUsedAgain(TestPostgres postgres) {
        Pool pool =
                Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c).name("shop")));

        Integer first = now(Sql.one(pool, "SELECT pg_backend_pid()", Integer.class));
        Integer second = now(Sql.one(pool, "SELECT pg_backend_pid()", Integer.class));

        assertThat(second).isEqualTo(first);
        assertThat(postgres.backends())
                .extracting(PostgresBackend::applicationName)
                .containsExactly("shop");
        close(pool);
        assertThat(postgres.backends()).isEmpty();
    }

    @Test
    void aRefreshBringsInCredentialsThatOptionsTakeFromASupplier(TestPostgres postgres) {
        String first = postgres.database() + "_first";
        String second = postgres.database() + "_second";
        for (String role : List.of(first, second)) {
            postgres.execute("CREATE ROLE \"" + role + "\" LOGIN PASSWORD 'of " + role + "'");
        }
        AtomicReference<String> current = new AtomicReference<>(first);
        Supplier<String> user = current::get;
        Supplier<String> password = () -> "of " + current.get();
        Pool pool = Pool.open(
                ConnectionFactoryOptions.parse(postgres.url())
                        .mutate()
                        .option(Option.valueOf("user"), user)
                        .option(Option.valueOf("password"), password)
                        .build(),
                PoolConfig.of(Loans::patient));

        try {
            assertThat(now(Sql.one(pool, "SELECT current_user::text", String.class)))
                    .isEqualTo(first);
            current.set(second);
            StepVerifier.create(pool.refresh()).expectComplete().verify(SOON);

            assertThat(now(Sql.one(pool, "SELECT current_user::text", String.class)))
                    .isEqualTo(second);
        } finally {
            close(pool);
            postgres.execute("DROP ROLE \"" + first + "\", \"" + second + "\"");
        }
    }

    @Test
    void theUrlOverridesWhatThePoolWouldSet(TestPostgres postgres) {
        Pool pool = Pool.open(
                postgres.url() + "?applicationName=mine&preparedStatementCacheQueries=0",
                PoolConfig.of(Loans::patient));

        assertThat(now(Sql.one(pool, "SHOW application_name", String.class))).isEqualTo("mine");
        close(pool);
    }

    @Test
    void connectionsAreSpreadEvenlyOverTheEventLoops(TestPostgres postgres) {
        Pool pool =
                Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c).size(8)));
        List<Connection> lent =
                now(Flux.range(0, 8).flatMap(i -> pool.create(), 8).collectList());

        Map<String, Long> loops = lent.stream()
                .map(connection -> ((Wrapped<?>) ((Wrapped<?>) connection).unwrap()).unwrap(Scheduler.class))
                .map(scheduler ->
                        now(Mono.fromSupplier(() -> Thread.currentThread().getName())
                                .subscribeOn(requireNonNull(scheduler))))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

        int most = (int) Math.ceil(8.0 / loops.size());
        assertThat(loops)
                .hasSizeGreaterThanOrEqualTo(
                        Math.min(8, Math.max(3, Runtime.getRuntime().availableProcessors())));
        assertThat(loops.values()).allMatch(connections -> connections <= most);
        lent.forEach(Loans::giveBack);
        close(pool);
    }

    @Test
    void theDriversOwnConnectionIsReachable(TestPostgres postgres) {
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(Loans::patient));
        Connection lent = take(pool);

        assertThat(((Wrapped<?>) lent).unwrap(PostgresqlConnection.class)).isNotNull();

        giveBack(lent);
        close(pool);
    }

    @Test
    void connectionsThatTheServerEndedAreNotLentAgain(TestPostgres postgres) {
        // The client may not have read the server's good-bye yet, so only a validation can tell.
        Pool pool = Pool.open(
                postgres.url(), PoolConfig.of(c -> Loans.patient(c).size(3).validateAfterIdle(Duration.ofMillis(1))));
        List<Connection> lent = new ArrayList<>(List.of(take(pool), take(pool), take(pool)));
        lent.forEach(Loans::giveBack);
        List<Integer> before =
                postgres.backends().stream().map(PostgresBackend::pid).toList();

        assertThat(postgres.terminateBackends()).isEqualTo(3);

        for (int i = 0; i < 3; i++) {
            assertThat(now(Sql.one(pool, "SELECT pg_backend_pid()", Integer.class)))
                    .isNotIn(before);
        }
        close(pool);
    }

    @Test
    void aConnectionKilledWhileItIsLentIsNotKept(TestPostgres postgres) {
        Pool pool =
                Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c).size(1)));
        Connection lent = take(pool);
        postgres.terminateBackends();
        StepVerifier.create(Sql.run(lent, "SELECT 1"))
                .expectError(R2dbcException.class)
                .verify(SOON);

        giveBack(lent);

        assertThat(now(Sql.one(pool, "SELECT 1", Integer.class))).isEqualTo(1);
        close(pool);
    }

    @Test
    void anOpenTransactionEndsWithTheLoan(TestPostgres postgres) {
        Pool pool =
                Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c).size(1)));
        Connection lent = take(pool);
        StepVerifier.create(Sql.run(lent, "BEGIN ISOLATION LEVEL SERIALIZABLE")
                        .then(Sql.run(lent, "SELECT pg_advisory_xact_lock(1)")))
                .expectComplete()
                .verify(SOON);

        giveBack(lent);

        assertThat(postgres.openTransactions()).isEmpty();
        assertThat(pool.snapshot().idle()).isOne();
        close(pool);
    }

    @Test
    void theDriversErrorForAWrongPasswordOrDatabasePassesUnwrapped(TestPostgres postgres) {
        Pool pool = Pool.open(postgres.url() + "_missing", PoolConfig.of(Loans::patient));

        StepVerifier.create(pool.create())
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(R2dbcException.class).isNotInstanceOf(PoolException.class))
                .verify(SOON);
        close(pool);
    }

    @Test
    void theNextBorrowerFindsTheIsolationLevelOfTheServer(TestPostgres postgres) {
        Pool pool =
                Pool.open(postgres.url(), PoolConfig.of(c -> Loans.patient(c).size(1)));
        Connection first = take(pool);
        StepVerifier.create(first.beginTransaction(IsolationLevel.SERIALIZABLE))
                .expectComplete()
                .verify(SOON);
        giveBack(first);

        Connection second = take(pool);

        assertThat(second.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.READ_COMMITTED);
        giveBack(second);
        close(pool);
    }
}
