package io.headrace.test;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A throw-away SQLite database in a temporary file. */
public final class TestSqlite {

    private static final String URL = "r2dbc:sqlite:temp:///";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ConnectionFactory connections;

    private TestSqlite(ConnectionFactory connections) {
        this.connections = connections;
    }

    static TestSqlite create() {
        try {
            return new TestSqlite(ConnectionFactories.get(URL));
        } catch (IllegalStateException noDriver) {
            throw new TestServerException(
                    "there is no SQLite driver on the class path; add io.headrace:toolkit-sqlite to the tests",
                    noDriver);
        }
    }

    /** Connections to it: one writer, and some readers. Do not close it. */
    public ConnectionFactory connectionFactory() {
        return connections;
    }

    /** Closes the database and deletes its file. */
    void close() {
        if (connections instanceof Closeable closeable) {
            Mono.from(closeable.close()).block(LIMIT);
        }
    }
}
