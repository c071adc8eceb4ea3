package io.headrace.benchmarks.heap;

import io.headrace.benchmarks.peers.Peers;
import io.headrace.core.Database;
import io.headrace.pool.Pool;

/** The program that runs in the small heap: reads all rows, and fails unless they are all there. */
final class HeapStream {

    private HeapStream() {}

    /**
     * Reads and checks.
     *
     * @param args the URL of the database, the number of rows, and how to read them
     */
    public static void main(String[] args) {
        Pool pool = Peers.openHeadracePool(args[0]);
        try {
            check(Database.on(pool), Long.parseLong(args[1]), StreamingWay.ofArgument(args[2]));
        } finally {
            pool.close().block();
        }
    }

    private static void check(Database db, long rows, StreamingWay way) {
        long[] seen = way.read(db.sql(StreamedRow.SELECT).bind("rows", rows).as(StreamedRow.class))
                .reduce(new long[2], (totals, row) -> {
                    totals[0]++;
                    totals[1] += row.id();
                    return totals;
                })
                .blockOptional()
                .orElseThrow();
        require("rows", rows, seen[0]);
        require("sum of ids", StreamedRow.figureOf(rows), seen[1]);
    }

    private static void require(String what, long expected, long seen) {
        if (expected != seen) {
            throw new IllegalStateException(what + ": " + seen + " where " + expected + " was expected");
        }
    }
}
