package io.headrace.tx.conformance;

import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactory;

/** A database of the embedded server, which the extension drops. */
record PostgresqlDatabase(TestPostgres postgres) implements TestDatabase {

    @Override
    public ConnectionFactory connectionFactory() {
        return postgres.connectionFactory();
    }

    @Override
    public void close() {}
}
