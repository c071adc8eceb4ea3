package io.headrace.benchmarks.tx;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.harness.Work;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.test.TestPostgres;
import io.headrace.tx.CommitCheck;
import java.io.PrintStream;
import java.util.Locale;

/** Short transactions of one caller, by the operator and written by hand for the driver. */
public final class OverheadContest {

    private OverheadContest() {}

    /** Runs it and prints a table, and what the operator costs over the hand-written way on the same pool. */
    public static void run(Peers peers, Rounds rounds, int transactions, PrintStream out) throws Exception {
        TestPostgres postgres = peers.postgres();
        Counters.create(postgres);
        Standings standings = Contest.of(
                        "%,d transactions of 2 updates, one caller".formatted(transactions),
                        "transaction",
                        transactions,
                        count -> 2 * count)
                .before(() -> Counters.reset(postgres))
                .figureFrom(() -> Counters.sum(postgres))
                .add(
                        "Headrace `tx.run`, the driver's statements, no commit check",
                        work(ShortTransactions.around(peers.headrace(), CommitCheck.NONE)))
                .add("by hand, r2dbc-postgresql + Headrace pool", work(ShortTransactions.byHand(peers.headracePool())))
                .add(
                        "Headrace `tx.run`, the driver's statements",
                        work(ShortTransactions.around(peers.headrace(), CommitCheck.WITH_COMMIT)))
                .add("Headrace `tx.run`, `db.sql`", work(ShortTransactions.headrace(peers.headrace())))
                .add("by hand, r2dbc-postgresql + r2dbc-pool", work(ShortTransactions.byHand(peers.r2dbcPool())))
                .run(rounds);
        standings.print(out);
        out.printf(
                Locale.ROOT,
                "%nThe operator over the same by hand on the same pool, median of the rounds: %+.1f %% of time, %+.1f %% of"
                        + " processor time%n",
                standings.percentOverSecond(),
                standings.percentOfProcessorOverSecond());
    }

    private static Work work(ShortTransaction transaction) {
        return count -> {
            transaction.repeat(1, count);
            return count;
        };
    }
}
