package io.headrace.benchmarks;

import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.heap.HeapContest;
import io.headrace.benchmarks.lookup.LookupContest;
import io.headrace.benchmarks.mapping.MappingContest;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.benchmarks.pool.AcquireContest;
import io.headrace.benchmarks.pool.RecoveryContest;
import io.headrace.benchmarks.redis.RedisContests;
import io.headrace.benchmarks.rows.InsertContest;
import io.headrace.benchmarks.rows.ReadContest;
import io.headrace.benchmarks.rows.UpsertContest;
import io.headrace.benchmarks.sqlite.SqliteContests;
import io.headrace.benchmarks.tx.AttemptsContest;
import io.headrace.benchmarks.tx.OverheadContest;
import io.headrace.benchmarks.tx.TransactionContest;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures Headrace against its peers in one process on one embedded PostgreSQL and prints Markdown tables to the standard
 * output.
 */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures Headrace against its peers in one process on one embedded PostgreSQL.")
public final class Benchmarks implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "CONTEST",
            defaultValue = "all",
            description = "Any of ${COMPLETION-CANDIDATES}. Default: all.")
    private List<ContestName> contests = List.of(ContestName.ALL);

    @Option(
            names = "--rows",
            defaultValue = "1000000",
            description = "Rows of read, mapping, insert and sqlite. Default: ${DEFAULT-VALUE}.")
    private int rows;

    @Option(
            names = "--calls",
            defaultValue = "100000",
            description = "Calls of lookup, redis and sqlite, jobs of queue. Default: ${DEFAULT-VALUE}.")
    private int calls;

    @Option(
            names = "--callers",
            defaultValue = "256",
            description = "Callers of lookup and redis at the same time. Default: ${DEFAULT-VALUE}.")
    private int callers;

    @Option(names = "--upserts", defaultValue = "200000", description = "Rows of upsert. Default: ${DEFAULT-VALUE}.")
    private int upserts;

    @Option(names = "--heap-rows", defaultValue = "10000000", description = "Rows of heap. Default: ${DEFAULT-VALUE}.")
    private long heapRows;

    @Option(
            names = "--loans",
            defaultValue = "100000",
            description = "Loans of acquire, a fifth of it with queries. Default: ${DEFAULT-VALUE}.")
    private int loans;

    @Option(
            names = "--attempts",
            defaultValue = "200000",
            description = "Rows of attempts. Default: ${DEFAULT-VALUE}, which is all that the shipped file has.")
    private int attempts;

    @Option(
            names = "--flights",
            paramLabel = "FILE",
            description = "Another file of flights for attempts, of the same columns.")
    private @Nullable Path flights;

    @Option(
            names = "--transactions",
            defaultValue = "20000",
            description = "Transactions of transaction and overhead. Default: ${DEFAULT-VALUE}.")
    private int transactions;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "1",
            description = "Rounds before those that count. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    private final PrintStream out = System.out;
    private final String arguments;

    private Benchmarks(String arguments) {
        this.arguments = arguments;
    }

    /** Runs the contests that the arguments name. */
    public static void main(String[] arguments) {
        int exitCode = new CommandLine(new Benchmarks(String.join(" ", arguments)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        System.exit(exitCode);
    }

    @Override
    public Integer call() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            TestPostgres postgres = server.createDatabase("benchmarks");
            out.printf("%n`mvn -Pbenchmarks -Dbenchmarks.args=\"%s\"`%n%n", arguments);
            Machine.print(out, postgres);
            out.printf("- best and median of %d rounds after %d for warming up%n", rounds, warmUp);
            try (Peers peers = Peers.open(postgres)) {
                run(peers, new Rounds(warmUp, rounds));
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void run(Peers peers, Rounds times) throws Exception {
        if (isWanted(ContestName.LOOKUP)) {
            LookupContest.run(peers, times, callers, calls).print(out);
        }
        if (isWanted(ContestName.READ)) {
            ReadContest.run(peers, times, rows).print(out);
        }
        if (isWanted(ContestName.MAPPING)) {
            Standings standings = MappingContest.run(peers, times, rows);
            standings.print(out);
            out.printf(
                    Locale.ROOT,
                    "%nMapping by the toolkit over mapping by hand, median of the rounds: %+.1f %% of time, %+.1f %% of"
                            + " processor time%n",
                    standings.percentOverSecond(),
                    standings.percentOfProcessorOverSecond());
        }
        if (isWanted(ContestName.INSERT)) {
            InsertContest.run(peers, times, rows).print(out);
        }
        if (isWanted(ContestName.UPSERT)) {
            UpsertContest.run(peers, times, upserts).print(out);
        }
        if (isWanted(ContestName.HEAP)) {
            HeapContest.run(peers, heapRows, out);
        }
        if (isWanted(ContestName.ACQUIRE)) {
            AcquireContest.run(peers, times, loans, out);
        }
        if (isWanted(ContestName.RECOVERY)) {
            RecoveryContest.run(rounds, out);
        }
        if (isWanted(ContestName.ATTEMPTS)) {
            AttemptsContest.run(peers, times, flights, attempts).print(out);
        }
        if (isWanted(ContestName.TRANSACTION)) {
            TransactionContest.run(peers.postgres(), times, transactions, out);
        }
        if (isWanted(ContestName.OVERHEAD)) {
            OverheadContest.run(peers, times, transactions, out);
        }
        if (isWanted(ContestName.REDIS)) {
            RedisContests.run(times, callers, calls, out);
        }
        if (isWanted(ContestName.SQLITE)) {
            SqliteContests.run(times, rows, calls, out);
        }
        if (isWanted(ContestName.QUEUE)) {
            RedisContests.runQueue(times, calls, out);
        }
    }

    private boolean isWanted(ContestName contest) {
        return contests.stream().anyMatch(asked -> asked.includes(contest));
    }
}
