package io.headrace.core.conformance;

import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactory;

/** The database that {@code @PostgresTest} made; it is dropped there. */
record PostgresqlDatabase(TestPostgres postgres) implements TestDatabase {

    @Override
    public ConnectionFactory connectionFactory() {
        return postgres.connectionFactory();
    }

    @Override
    public String numbers(int count) {
        return "generate_series(1, " + count + ") AS numbers(n)";
    }

    @Override
    public String countOtherSessions() {
        return "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend'";
    }

    @Override
    public void close() {}
}
