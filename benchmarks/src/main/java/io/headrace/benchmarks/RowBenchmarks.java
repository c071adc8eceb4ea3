package io.headrace.benchmarks;

import io.headrace.core.Database;
import io.headrace.core.bulk.BulkResult;
import io.headrace.pool.Pool;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.util.concurrent.Callable;
import reactor.core.publisher.Flux;

/** Writes and reads many rows: Headrace, the bare reactive driver and the blocking driver, on one embedded server. */
public final class RowBenchmarks {

    private static final int ROWS_PER_STATEMENT = 1_000;

    private RowBenchmarks() {}

    /** @param args the number of rows, a multiple of 1,000 */
    public static void main(String[] args) throws Exception {
        int rows = Integer.parseInt(args[0]);
        try (PostgresServer server = PostgresServer.start()) {
            TestPostgres postgres = server.createDatabase("benchmark");
            postgres.execute(Measurement.TABLE);
            Pool pool = Pool.open(postgres.url());
            try (JdbcRival jdbc = new JdbcRival(
                    postgres.host(), postgres.port(), postgres.database(), postgres.user(), postgres.password())) {
                measure(rows, postgres, Database.on(pool), jdbc);
            } finally {
                pool.close().block();
            }
        }
    }

    private static void measure(int rows, TestPostgres postgres, Database db, JdbcRival jdbc) throws Exception {
        R2dbcRival r2dbc = new R2dbcRival(postgres.untrackedConnectionFactory());
        new Contest("insert " + rows + " rows of 4 columns in one transaction", rows)
                .add(emptied(postgres, "Headrace bulk (binary COPY)", () -> bulk(db, rows)))
                .add(emptied(postgres, "pgjdbc CopyManager (text)", () -> jdbc.insertByCopyManager(rows)))
                .add(emptied(postgres, "pgjdbc batch, reWriteBatchedInserts", () -> jdbc.insertByRewrittenBatch(rows)))
                .add(emptied(
                        postgres,
                        "r2dbc-postgresql, VALUES of 1,000 rows",
                        () -> r2dbc.insertByValues(rows, ROWS_PER_STATEMENT)))
                .add(emptied(postgres, "r2dbc-postgresql, Statement.add()", () -> r2dbc.insertByAdd(rows)))
                .run();

        postgres.execute("TRUNCATE measurements");
        bulk(db, rows);
        long sum = rows * (rows + 1L) / 2;
        new Contest("read " + rows + " rows of 4 columns to records", sum)
                .add(new Contender("Headrace partitions(1000)", () -> partitions(db)))
                .add(new Contender("Headrace flux()", () -> flux(db)))
                .add(new Contender("r2dbc-postgresql, defaults", () -> r2dbc.read(0)))
                .add(new Contender("r2dbc-postgresql, fetch size 1000", () -> r2dbc.read(1_000)))
                .add(new Contender("pgjdbc, fetch size 1000", jdbc::read))
                .run();
    }

    private static long bulk(Database db, int rows) {
        return db.bulk("measurements", Measurement.class)
                .insert(Flux.range(1, rows).map(Measurement::number))
                .map(BulkResult::rows)
                .blockOptional()
                .orElseThrow();
    }

    private static long partitions(Database db) {
        return db.sql("SELECT * FROM measurements")
                .as(Measurement.class)
                .partitions(1_000)
                .limitRate(1)
                .flatMapIterable(partition -> partition.rows())
                .reduce(0L, (sum, row) -> sum + row.id())
                .blockOptional()
                .orElseThrow();
    }

    private static long flux(Database db) {
        return db.sql("SELECT * FROM measurements")
                .as(Measurement.class)
                .flux()
                .reduce(0L, (sum, row) -> sum + row.id())
                .blockOptional()
                .orElseThrow();
    }

    private static Contender emptied(TestPostgres postgres, String name, Callable<Long> work) {
        return new Contender(name, () -> {
            postgres.execute("TRUNCATE measurements");
            return work.call();
        });
    }
}
