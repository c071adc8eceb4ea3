package io.headrace.benchmarks.tx;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Real rows inserted in one transaction, where those that are there already are skipped and all others kept. */
public final class AttemptsContest {

    /** Who sends a statement per row takes a part of them, or a run would take the best part of an hour. */
    private static final int PART = 10;

    private AttemptsContest() {}

    /**
     * Runs it. The table must not exist yet.
     *
     * @param file null for the rows that are shipped
     */
    public static Standings run(Peers peers, Rounds rounds, @Nullable Path file, int most) throws Exception {
        List<Flight> flights = Flight.read(file, most);
        peers.postgres().execute(Flight.TABLE);
        HeadraceAttempts headrace = new HeadraceAttempts(peers.headrace());
        SavepointPerRow savepointPerRow = new SavepointPerRow(peers);

        return Contest.of(
                        "%,d real rows in one transaction, those that are there already skipped"
                                .formatted(flights.size()),
                        "row",
                        flights.size(),
                        rows -> Flight.figureOf(flights.subList(0, (int) rows)))
                .before(() -> peers.postgres().execute("TRUNCATE flights_to_try"))
                .figureFrom(() -> peers.postgres().queryLong(Flight.FIGURE))
                .add("Headrace `attemptBulk`, chunks of 1,000", rows -> headrace.bulk(flights.subList(0, rows), 1_000))
                .add(
                        "Headrace `attemptBulk`, chunks of 10,000",
                        rows -> headrace.bulk(flights.subList(0, rows), 10_000))
                .add(
                        "Headrace `attemptChunks`, one `unnest` for 1,000",
                        rows -> headrace.chunks(flights.subList(0, rows)))
                .addForPart(
                        "Headrace `attemptEach`, `BISECT`, chunks of 1,000",
                        PART,
                        rows -> headrace.bisect(flights.subList(0, rows)))
                .addForPart(
                        "Headrace `attemptEach`, a savepoint per row",
                        PART,
                        rows -> headrace.perItem(flights.subList(0, rows)))
                .addForPart(
                        "Spring `TransactionalOperator`, a nested one per row",
                        PART,
                        rows -> savepointPerRow.spring(flights.subList(0, rows)))
                .addForPart("pgjdbc, a savepoint per row", PART, rows -> savepointPerRow.jdbc(flights.subList(0, rows)))
                .run(rounds);
    }
}
