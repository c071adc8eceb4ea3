package io.headrace.benchmarks.rows;

import io.headrace.core.Database;
import io.headrace.core.bulk.BulkResult;
import io.headrace.core.bulk.UpsertResult;
import reactor.core.publisher.Flux;

/** Writing with Headrace. */
final class HeadraceWrites {

    private HeadraceWrites() {}

    static long bulk(Database db, String table, int rows) {
        return db.bulk(table, Measurement.class)
                .insert(measurements(rows))
                .map(BulkResult::rows)
                .blockOptional()
                .orElseThrow();
    }

    static long upsert(Database db, String table, int rows) {
        return db.bulk(table, Measurement.class)
                .upsert(measurements(rows), "id")
                .map(UpsertResult::rows)
                .blockOptional()
                .orElseThrow();
    }

    private static Flux<Measurement> measurements(int rows) {
        return Flux.range(1, rows).map(Measurement::number);
    }
}
