package io.headrace.tx.conformance;

import io.headrace.sqlite.SqliteConfig;
import io.headrace.sqlite.SqliteDatabase;
import io.headrace.sqlite.SqliteLocation;

/** A temporary file, with one writer and its readers. */
record SqliteFile(SqliteDatabase connectionFactory) implements TestDatabase {

    static SqliteFile create() {
        return new SqliteFile(SqliteDatabase.open(SqliteConfig.of(SqliteLocation.temporary())));
    }

    @Override
    public void close() {
        connectionFactory.close().block(LIMIT);
    }
}
