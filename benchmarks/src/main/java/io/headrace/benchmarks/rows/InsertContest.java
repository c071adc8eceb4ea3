package io.headrace.benchmarks.rows;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;

/** Rows written to an empty table in one transaction. */
public final class InsertContest {

    static final String TABLE = "measurements_to_insert";

    private static final int ROWS_PER_STATEMENT = 1_000;

    private InsertContest() {}

    /** Runs it. The table must not exist yet. */
    public static Standings run(Peers peers, Rounds rounds, int rows) throws Exception {
        peers.postgres().execute(Measurement.TABLE.formatted(TABLE, "NOT NULL"));
        JdbcWrites jdbc = new JdbcWrites(peers.jdbc(), InsertSql.insert(TABLE));
        R2dbcWrites r2dbc = new R2dbcWrites(peers.r2dbcPool(), InsertSql.insert(TABLE));
        VertxWrites vertx = new VertxWrites(peers.vertx().pool(), InsertSql.insert(TABLE));

        return Contest.of(
                        "%,d rows of 4 columns inserted in one transaction".formatted(rows),
                        "row",
                        rows,
                        Measurement::figureOf)
                .before(() -> peers.postgres().execute("TRUNCATE " + TABLE))
                .figureFrom(() -> peers.postgres().queryLong(Measurement.FIGURE + TABLE))
                .add("Headrace `bulk(...).insert(flux)`", all -> HeadraceWrites.bulk(peers.headrace(), TABLE, all))
                .add("pgjdbc `CopyManager`, text, 64 KiB pieces", all -> jdbc.copy(TABLE, all))
                .add("pgjdbc batches of 1,000, `reWriteBatchedInserts`", all -> jdbc.batches(all, ROWS_PER_STATEMENT))
                .add("r2dbc-postgresql, `VALUES` of 1,000 rows", all -> r2dbc.values(all, ROWS_PER_STATEMENT))
                .addForPart("r2dbc-postgresql, `Statement.add()`", 20, r2dbc::add)
                .addForPart(
                        "Vert.x `executeBatch` of 1,000, pipelined", 5, some -> vertx.batches(some, ROWS_PER_STATEMENT))
                .run(rounds);
    }
}
