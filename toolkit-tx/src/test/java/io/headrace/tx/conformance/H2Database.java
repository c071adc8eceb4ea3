package io.headrace.tx.conformance;

import io.r2dbc.h2.CloseableConnectionFactory;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.util.UUID;

/** A fresh database in memory; it works on the thread that subscribes, that of the test. */
record H2Database(CloseableConnectionFactory connections) implements TestDatabase {

    static H2Database create() {
        return new H2Database(H2ConnectionFactory.inMemory("transactions-" + UUID.randomUUID()));
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return connections;
    }

    @Override
    public void close() {
        connections.close().block(LIMIT);
    }
}
