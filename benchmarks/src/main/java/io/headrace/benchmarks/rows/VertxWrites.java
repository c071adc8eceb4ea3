package io.headrace.benchmarks.rows;

import io.headrace.benchmarks.peers.VertxPeer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.stream.IntStream;

/** Writing with the client of Vert.x. */
record VertxWrites(Pool pool, InsertSql sql) {

    long batches(int rows, int rowsPerBatch) throws Exception {
        return VertxPeer.await(pool.withTransaction(connection -> batchesAfter(connection, 0, rows, rowsPerBatch)));
    }

    private Future<Long> batchesAfter(SqlConnection connection, int done, int rows, int rowsPerBatch) {
        if (done == rows) {
            return Future.succeededFuture((long) rows);
        }
        int next = Math.min(rows, done + rowsPerBatch);
        List<Tuple> batch = IntStream.rangeClosed(done + 1, next)
                .mapToObj(n -> tuple(Measurement.number(n)))
                .toList();
        return connection
                .preparedQuery(sql.with("($1, $2, $3, $4)"))
                .executeBatch(batch)
                .compose(written -> batchesAfter(connection, next, rows, rowsPerBatch));
    }

    private static Tuple tuple(Measurement row) {
        return Tuple.of(row.id(), row.takenAt(), row.value(), row.station());
    }
}
