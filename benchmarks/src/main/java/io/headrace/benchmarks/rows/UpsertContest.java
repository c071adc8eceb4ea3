package io.headrace.benchmarks.rows;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;

/** Rows written over a table that has every second one of them already, with other values, in one transaction. */
public final class UpsertContest {

    static final String TABLE = "measurements_to_upsert";

    private static final int ROWS_PER_STATEMENT = 1_000;

    private UpsertContest() {}

    /** Runs it. The table must not exist yet. */
    public static Standings run(Peers peers, Rounds rounds, int rows) throws Exception {
        peers.postgres().execute(Measurement.TABLE.formatted(TABLE, "PRIMARY KEY"));
        JdbcWrites jdbc = new JdbcWrites(peers.jdbc(), InsertSql.upsert(TABLE));
        R2dbcWrites r2dbc = new R2dbcWrites(peers.r2dbcPool(), InsertSql.upsert(TABLE));

        return Contest.of(
                        "%,d rows of 4 columns upserted in one transaction, half of them conflicts".formatted(rows),
                        "row",
                        rows,
                        Measurement::figureOf)
                .before(() -> fillHalf(peers, rows))
                .figureFrom(() -> peers.postgres().queryLong(Measurement.FIGURE + TABLE))
                .add(
                        "Headrace `bulk.upsert` (COPY into a temporary table)",
                        all -> HeadraceWrites.upsert(peers.headrace(), TABLE, all))
                .add(
                        "pgjdbc batches of 1,000 `ON CONFLICT`, `reWriteBatchedInserts`",
                        all -> jdbc.batches(all, ROWS_PER_STATEMENT))
                .add(
                        "r2dbc-postgresql, `VALUES` of 1,000 rows `ON CONFLICT`",
                        all -> r2dbc.values(all, ROWS_PER_STATEMENT))
                .run(rounds);
    }

    private static void fillHalf(Peers peers, int rows) {
        peers.postgres()
                .execute(
                        """
                        TRUNCATE %1$s;
                        INSERT INTO %1$s SELECT n, TIMESTAMP '2000-01-01', -1, 'old' FROM generate_series(1, %2$d, 2) AS n;
                        ANALYZE %1$s"""
                                .formatted(TABLE, rows));
    }
}
