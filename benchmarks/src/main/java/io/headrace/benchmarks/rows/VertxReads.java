package io.headrace.benchmarks.rows;

import io.headrace.benchmarks.peers.VertxPeer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;

/** Reading with the client of Vert.x. */
record VertxReads(Pool pool) {

    long stream(int fetchSize) throws Exception {
        return VertxPeer.await(pool.withTransaction(
                connection -> connection.prepare(ReadContest.SELECT).compose(statement -> sum(statement, fetchSize))));
    }

    private static Future<Long> sum(PreparedStatement statement, int fetchSize) {
        Promise<Long> end = Promise.promise();
        long[] sum = {0};
        statement
                .createStream(fetchSize)
                .exceptionHandler(end::tryFail)
                .endHandler(nothing -> end.tryComplete(sum[0]))
                .handler(row -> sum[0] += measurement(row).figure());
        return end.future();
    }

    private static Measurement measurement(Row row) {
        return new Measurement(row.getLong(0), row.getLocalDateTime(1), row.getBigDecimal(2), row.getString(3));
    }
}
