package io.headrace.core.conformance;

import io.headrace.sqlite.SqliteConfig;
import io.headrace.sqlite.SqliteDatabase;
import io.headrace.sqlite.SqliteDatabaseSnapshot;
import io.headrace.sqlite.SqliteLocation;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A temporary file, with one writer and its readers. */
record SqliteFile(SqliteDatabase sqlite) implements TestDatabase {

    static SqliteFile create() {
        return new SqliteFile(SqliteDatabase.open(SqliteConfig.of(SqliteLocation.temporary())));
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return sqlite;
    }

    @Override
    public String numbers(int count) {
        return "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " + count
                + ") SELECT n FROM c) AS numbers";
    }

    @Override
    public String identity(String column) {
        return column + " INTEGER PRIMARY KEY";
    }

    /** Its numeric columns keep the value and not the digits. */
    @Override
    public String decimal() {
        return "text";
    }

    /** No statement can tell; see {@link #awaitNoSessions}. */
    @Override
    public String countOtherSessions() {
        return "SELECT 0";
    }

    @Override
    public void awaitNoSessions() {
        Mono<SqliteDatabaseSnapshot> quiet = sqlite.snapshot()
                .filter(now -> !now.writing() && now.reading() == 0 && now.waitingToWrite() + now.waitingToRead() == 0);
        quiet.repeatWhenEmpty(200, retries -> retries.delayElements(Duration.ofMillis(25)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("a lane is still held")))
                .block(LIMIT);
    }

    @Override
    public void close() {
        sqlite.close().block(LIMIT);
    }
}
