package io.headrace.benchmarks.mapping;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;
import io.headrace.core.Query;
import io.headrace.core.SqlStatement;

/** The same rows by the same road, made records by the toolkit and by hand: the difference is what mapping costs. */
public final class MappingContest {

    private MappingContest() {}

    /** Runs it. The table must not exist yet. */
    public static Standings run(Peers peers, Rounds rounds, int rows) throws Exception {
        peers.postgres().execute(Reading.TABLE.formatted(rows));
        peers.postgres().execute("VACUUM ANALYZE readings");
        SqlStatement select = peers.headrace().sql("SELECT * FROM readings");

        return Contest.of("%,d rows of 10 columns mapped to a record".formatted(rows), "row", rows, Reading::figureOf)
                .add("Headrace `as(Record.class).flux()`", all -> sum(select.as(Reading.class)))
                .add(
                        "Headrace `as(row -> new Record(row.get(0, Long.class), ...)).flux()`",
                        all -> sum(select.as(Reading::byHand)))
                .run(rounds);
    }

    private static long sum(Query<Reading> query) {
        return query.flux()
                .reduce(0L, (sum, row) -> sum + row.figure())
                .blockOptional()
                .orElseThrow();
    }
}
