package io.headrace.benchmarks.rows;

import org.springframework.r2dbc.core.DatabaseClient;

/** Reading with Spring's client, with the mapping that was written by hand for the bare driver. */
record SpringReads(DatabaseClient client) {

    long read() {
        return client.sql(ReadContest.SELECT)
                .map(R2dbcReads::measurement)
                .all()
                .reduce(0L, (sum, row) -> sum + row.figure())
                .blockOptional()
                .orElseThrow();
    }
}
