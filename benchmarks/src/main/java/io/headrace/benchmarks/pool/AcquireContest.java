package io.headrace.benchmarks.pool;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Work;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.r2dbc.spi.ConnectionFactory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Loans of connections that do nothing, and that read one row, to few and to many callers. */
public final class AcquireContest {

    private static final List<Integer> CALLERS = List.of(1, 10, 100, 1_000);

    /** A loan with a query takes so much longer. */
    private static final int FEWER_QUERIES = 5;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private AcquireContest() {}

    /** Runs it for each number of callers and prints two tables for each. */
    public static void run(Peers peers, Rounds rounds, int loans, PrintStream out) throws Exception {
        // the driver exactly as r2dbc-pool has it, so that only the pools differ
        Pool onTheSameDriver = Pool.on(peers.r2dbc(), PoolConfig.of(c -> c.size(Peers.POOL_SIZE)
                .acquireTimeout(Duration.ofMinutes(1))
                .connectTimeout(Duration.ofMinutes(1))));
        for (int callers : CALLERS) {
            new AcquireContest.Run("without work", callers, loans)
                    .add("Headrace `Pool.open`", peers.headracePool(), Loans::withoutWork)
                    .add("Headrace `Pool.on` the driver's defaults", onTheSameDriver, Loans::withoutWork)
                    .add("r2dbc-pool", peers.r2dbcPool(), Loans::withoutWork)
                    .print(rounds, out);
            new AcquireContest.Run("with a query of one row", callers, Math.max(callers, loans / FEWER_QUERIES))
                    .add("Headrace `Pool.open`", peers.headracePool(), Loans::withQuery)
                    .add("Headrace `Pool.on` the driver's defaults", onTheSameDriver, Loans::withQuery)
                    .add("r2dbc-pool", peers.r2dbcPool(), Loans::withQuery)
                    .add("Spring `DatabaseClient` + Headrace pool", peers.headracePool(), Loans::withQueryBySpring)
                    .add("Spring `DatabaseClient` + r2dbc-pool", peers.r2dbcPool(), Loans::withQueryBySpring)
                    .print(rounds, out);
        }
        onTheSameDriver.close().block();
    }

    /** The contest for one kind of loan and one number of callers. */
    private static final class Run {

        private final Contest contest;
        private final int callers;
        private final Map<String, AcquireTimes> times = new LinkedHashMap<>();

        Run(String kind, int callers, int loans) {
            this.callers = callers;
            this.contest = Contest.of(
                    "%,d loans %s, %,d callers, pools of %d connections"
                            .formatted(loans, kind, callers, Peers.POOL_SIZE),
                    "loan",
                    loans,
                    count -> (count - 1) * count / 2);
        }

        Run add(String name, ConnectionFactory pool, Function<ConnectionFactory, IntFunction<Mono<Integer>>> loan) {
            AcquireTimes acquires = new AcquireTimes();
            times.put(name, acquires);
            contest.add(name, work(acquires, loan.apply(new TimedPool(pool, acquires))));
            return this;
        }

        /** Each caller borrows again when it has given back. */
        private Work work(AcquireTimes acquires, IntFunction<Mono<Integer>> loan) {
            return loans -> {
                acquires.beginRound(loans);
                Long sum = Flux.range(0, callers)
                        .flatMap(
                                caller -> Flux.range(0, loansOf(caller, loans))
                                        .concatMap(turn -> loan.apply(caller + turn * callers), 1)
                                        .reduce(0L, Long::sum),
                                callers)
                        .reduce(0L, Long::sum)
                        .block(LONGEST_WAIT);
                acquires.endRound();
                return sum == null ? 0 : sum;
            };
        }

        private int loansOf(int caller, int loans) {
            return loans / callers + (caller < loans % callers ? 1 : 0);
        }

        void print(Rounds rounds, PrintStream out) throws Exception {
            contest.run(rounds).print(out);
            out.println();
            out.println("| contender | acquire p50 us | acquire p99 us |");
            out.println("| --- | ---: | ---: |");
            times.forEach((name, acquires) -> out.printf(
                    Locale.ROOT,
                    "| %s | %,.1f | %,.1f |%n",
                    name,
                    acquires.micros(50, rounds.warmUp()),
                    acquires.micros(99, rounds.warmUp())));
        }
    }
}
