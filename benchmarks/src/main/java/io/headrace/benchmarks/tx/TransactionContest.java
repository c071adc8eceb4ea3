package io.headrace.benchmarks.tx;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.test.FaultProxy;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.r2dbc.core.DatabaseClient;

/** Short transactions of many callers over a line with a delay. */
public final class TransactionContest {

    /** In each direction, so that a round trip takes 1 ms longer than it would. */
    private static final Duration DELAY = Duration.ofNanos(500_000);

    private static final int COUNTED = 100;

    private TransactionContest() {}

    /** Runs it and prints two tables. */
    public static void run(TestPostgres postgres, Rounds rounds, int transactions, PrintStream out) throws Exception {
        Counters.create(postgres);
        ExecutorService threads = Executors.newFixedThreadPool(Counters.CALLERS);
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port());
                HikariDataSource hikari = hikari(postgres, proxy)) {
            String url = postgres.urlThrough(proxy);
            Pool headrace = Peers.openHeadracePool(url);
            ConnectionPool r2dbc = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(url))
                    .initialSize(Peers.POOL_SIZE)
                    .maxSize(Peers.POOL_SIZE)
                    .build());
            Map<String, Transactional> contenders = new LinkedHashMap<>();
            contenders.put("Headrace `tx.run`", reactive(ShortTransactions.headrace(Database.on(headrace))));
            contenders.put(
                    "Spring `TransactionalOperator` + r2dbc-pool",
                    reactive(ShortTransactions.spring(DatabaseClient.create(r2dbc), r2dbc)));
            contenders.put("r2dbc-postgresql + r2dbc-pool, by hand", reactive(ShortTransactions.byHand(r2dbc)));
            contenders.put("pgjdbc + HikariCP, platform threads", jdbc(hikari, threads));
            proxy.delay(DELAY);
            compete(postgres, rounds, transactions, contenders, out);
            count(proxy, contenders, postgres, out);
            r2dbc.disposeLater().block();
            headrace.close().block();
        } finally {
            threads.shutdown();
        }
    }

    /** So many transactions by so many callers. */
    @FunctionalInterface
    private interface Transactional {
        void run(int callers, int transactions) throws Exception;
    }

    private static Transactional reactive(ShortTransaction transaction) {
        return transaction::repeat;
    }

    private static Transactional jdbc(HikariDataSource pool, ExecutorService threads) {
        return (callers, transactions) -> {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int number = 0; number < callers; number++) {
                int caller = number;
                tasks.add(() -> {
                    ShortTransactions.jdbc(pool, caller, ShortTransaction.share(caller, callers, transactions));
                    return true;
                });
            }
            for (Future<Boolean> task : threads.invokeAll(tasks)) {
                task.get();
            }
        };
    }

    private static void compete(
            TestPostgres postgres,
            Rounds rounds,
            int transactions,
            Map<String, Transactional> contenders,
            PrintStream out)
            throws Exception {
        Contest contest = Contest.of(
                        "%,d transactions of 2 updates, %d callers, pools of %d connections, 1 ms of delay per round trip"
                                .formatted(transactions, Counters.CALLERS, Peers.POOL_SIZE),
                        "transaction",
                        transactions,
                        count -> 2 * count)
                .before(() -> Counters.reset(postgres))
                .figureFrom(() -> Counters.sum(postgres));
        contenders.forEach((name, contender) -> contest.add(name, count -> {
            contender.run(Counters.CALLERS, count);
            return count;
        }));
        contest.run(rounds).print(out);
    }

    private static void count(
            FaultProxy proxy, Map<String, Transactional> contenders, TestPostgres postgres, PrintStream out)
            throws Exception {
        out.printf("%n| contender | round trips per transaction |%n| --- | ---: |%n");
        for (Map.Entry<String, Transactional> contender : contenders.entrySet()) {
            Counters.reset(postgres);
            contender.getValue().run(1, COUNTED);
            long before = proxy.roundTrips();
            contender.getValue().run(1, COUNTED);
            out.printf(
                    Locale.ROOT,
                    "| %s | %.2f |%n",
                    contender.getKey(),
                    (proxy.roundTrips() - before) / (double) COUNTED);
        }
    }

    private static HikariDataSource hikari(TestPostgres postgres, FaultProxy proxy) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://%s:%d/%s".formatted(proxy.host(), proxy.port(), postgres.database()));
        config.setUsername(postgres.user());
        config.setPassword(postgres.password());
        config.setMaximumPoolSize(Peers.POOL_SIZE);
        return new HikariDataSource(config);
    }
}
