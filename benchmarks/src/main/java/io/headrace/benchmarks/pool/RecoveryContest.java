package io.headrace.benchmarks.pool;

import io.headrace.benchmarks.peers.Peers;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** How soon callers are served again after a fault, over each pool. */
public final class RecoveryContest {

    private static final int CALLERS = Peers.POOL_SIZE;
    private static final long LIMIT_SECONDS = 15;
    private static final long WELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Longer than a call may take, so that one that hangs shows. */
    private static final long STEADY_NANOS = RecoveringPool.CALL_TIMEOUT.toNanos() + WELL_NANOS;

    private static final long PAUSE_MILLIS = 20;

    private RecoveryContest() {}

    /** Runs it on a server of its own and prints a table. Progress goes to the standard error. */
    public static void run(int rounds, PrintStream out) throws Exception {
        List<String> table = new ArrayList<>();
        try (PostgresServer server = PostgresServer.start()) {
            TestPostgres postgres = server.createDatabase("recovery");
            for (Fault fault : Fault.values()) {
                for (RecoveringPool pool : RecoveringPool.values()) {
                    List<Recovery> recoveries = new ArrayList<>();
                    for (int round = 0; round < rounds; round++) {
                        System.err.printf("%s: %s, round %d of %d%n", fault.title(), pool.title(), round + 1, rounds);
                        recoveries.add(recovery(server, postgres, fault, pool));
                    }
                    table.add(Recovery.line(fault.title(), pool.title(), recoveries, LIMIT_SECONDS));
                }
            }
        }
        out.printf("%n### Recovery: %d callers, pools of %d connections%n%n", CALLERS, Peers.POOL_SIZE);
        out.println("| fault | pool | s to the first answer | s until all are served | failed calls |");
        out.println("| --- | --- | ---: | ---: | ---: |");
        table.forEach(out::println);
    }

    private static Recovery recovery(PostgresServer server, TestPostgres postgres, Fault fault, RecoveringPool pool)
            throws Exception {
        try (FaultProxy proxy = FaultProxy.to(server.host(), server.port());
                Service service = pool.open(postgres, proxy)) {
            List<SteadyCaller> callers = Stream.generate(() -> new SteadyCaller(service))
                    .limit(CALLERS)
                    .toList();
            callers.forEach(Thread::start);
            try {
                if (!within(callers, caller -> caller.isWellFor(WELL_NANOS, System.nanoTime()))) {
                    throw new IllegalStateException(pool.title() + " does not serve its callers before any fault");
                }
                callers.forEach(SteadyCaller::faultBegins);
                fault.strike(server, postgres, proxy);
                long over = System.nanoTime();
                callers.forEach(caller -> caller.faultIsOver(over));
                boolean recovered = within(callers, caller -> caller.isWellFor(STEADY_NANOS, System.nanoTime()));
                return new Recovery(
                        first(callers),
                        recovered ? all(callers) : Optional.empty(),
                        callers.stream().mapToInt(SteadyCaller::failures).sum());
            } finally {
                callers.forEach(SteadyCaller::end);
                for (SteadyCaller caller : callers) {
                    caller.join(RecoveringPool.CALL_TIMEOUT.toMillis() * 2);
                }
                proxy.reset();
            }
        }
    }

    private static boolean within(List<SteadyCaller> callers, Predicate<SteadyCaller> state)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS) + STEADY_NANOS;
        while (!callers.stream().allMatch(state)) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    private static Optional<Long> first(List<SteadyCaller> callers) {
        return callers.stream()
                .map(SteadyCaller::first)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .min(Comparator.naturalOrder());
    }

    private static Optional<Long> all(List<SteadyCaller> callers) {
        LongStream times = callers.stream().map(SteadyCaller::steady).mapToLong(time -> time.orElse(Long.MAX_VALUE));
        return Optional.of(times.max().orElseThrow());
    }
}
