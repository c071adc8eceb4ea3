package io.headrace.benchmarks.rows;

import io.headrace.core.Database;
import io.headrace.core.Query;
import reactor.core.publisher.Flux;

/** Reading with Headrace. */
record HeadraceReads(Database db) {

    long flux() {
        return sum(query().flux());
    }

    long partitions(int size) {
        return sum(query().partitions(size).limitRate(1).flatMapIterable(partition -> partition.rows()));
    }

    /** Pages of this many rows by the primary key, a statement each. */
    long scan(int pageSize) {
        return sum(db.scan(ReadContest.TABLE, Measurement.class)
                .by("id")
                .pageSize(pageSize)
                .flux());
    }

    private Query<Measurement> query() {
        return db.sql(ReadContest.SELECT).as(Measurement.class);
    }

    private static long sum(Flux<Measurement> rows) {
        return rows.reduce(0L, (sum, row) -> sum + row.figure()).blockOptional().orElseThrow();
    }
}
