package io.headrace.core.conformance;

import io.r2dbc.h2.CloseableConnectionFactory;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.util.UUID;

/**
 * A fresh database in memory. H2 does its work, locks and all, on the thread that subscribes: the suite subscribes on the
 * threads of the tests, or of the bounded elastic scheduler, where blocking is allowed.
 */
record H2Database(CloseableConnectionFactory connections) implements TestDatabase {

    static H2Database create() {
        return new H2Database(H2ConnectionFactory.inMemory("conformance-" + UUID.randomUUID()));
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return connections;
    }

    @Override
    public String numbers(int count) {
        return "(SELECT x AS n FROM system_range(1, " + count + ")) AS numbers";
    }

    /** One more is the session by which the factory keeps the database. */
    @Override
    public String countOtherSessions() {
        return "SELECT count(*) - 2 FROM information_schema.sessions";
    }

    @Override
    public void close() {
        connections.close().block(LIMIT);
    }
}
