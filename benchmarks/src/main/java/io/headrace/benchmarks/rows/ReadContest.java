package io.headrace.benchmarks.rows;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.benchmarks.peers.Peers;

/** All rows of a table, each made a record. */
public final class ReadContest {

    static final String TABLE = "measurements_to_read";
    static final String SELECT = "SELECT * FROM " + TABLE;

    private ReadContest() {}

    /** Runs it. The table must not exist yet. */
    public static Standings run(Peers peers, Rounds rounds, int rows) throws Exception {
        peers.postgres().execute(Measurement.TABLE.formatted(TABLE, "PRIMARY KEY"));
        HeadraceWrites.bulk(peers.headrace(), TABLE, rows);
        peers.postgres().execute("VACUUM ANALYZE " + TABLE);
        HeadraceReads headrace = new HeadraceReads(peers.headrace());
        R2dbcReads r2dbc = new R2dbcReads(peers.r2dbcPool());
        R2dbcReads r2dbcTuned = new R2dbcReads(peers.headracePool());
        SpringReads spring = new SpringReads(peers.spring(peers.r2dbcPool()));
        VertxReads vertx = new VertxReads(peers.vertx().pool());
        JdbcReads jdbc = new JdbcReads(peers.jdbc());

        return Contest.of("%,d rows of 4 columns read to records".formatted(rows), "row", rows, Measurement::figureOf)
                .add("Headrace `partitions(1000)`", all -> headrace.partitions(1_000))
                .add("Headrace `flux()`, fetch size 1000", all -> headrace.flux())
                .add("Headrace `scan` by key, packed pages of 2000", all -> headrace.scan(2_000))
                .add("r2dbc-postgresql, defaults", all -> r2dbc.read(0))
                .add("r2dbc-postgresql, fetch size 1000", all -> r2dbc.read(1_000))
                .add("r2dbc-postgresql from the Headrace pool, fetch size 1000", all -> r2dbcTuned.read(1_000))
                .add("Spring `DatabaseClient` + r2dbc-pool, defaults", all -> spring.read())
                .add("Vert.x row stream, fetch size 1000", all -> vertx.stream(1_000))
                .add("pgjdbc + HikariCP, fetch size 1000", all -> jdbc.read(1_000))
                .run(rounds);
    }
}
