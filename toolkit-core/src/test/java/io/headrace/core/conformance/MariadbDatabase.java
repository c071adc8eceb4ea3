package io.headrace.core.conformance;

import static org.junit.jupiter.api.Assumptions.abort;

import io.headrace.core.Database;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A fresh schema on the server that the environment names; without one the tests are skipped, and say so. */
record MariadbDatabase(ConnectionFactoryOptions server, String schema) implements TestDatabase {

    private static final Logger LOGGER = LoggerFactory.getLogger(MariadbDatabase.class);
    private static final String VARIABLE = "HEADRACE_TEST_MARIADB_URL";

    static MariadbDatabase create() {
        String url = System.getenv(VARIABLE);
        if (url == null || url.isBlank()) {
            String message = "MariaDB is NOT tested: set " + VARIABLE
                    + " to an R2DBC URL such as r2dbc:mariadb://root@127.0.0.1:3306/test";
            LOGGER.warn(message);
            abort(message);
        }
        ConnectionFactoryOptions server = ConnectionFactoryOptions.parse(url);
        String schema = "conformance_" + UUID.randomUUID().toString().replace("-", "");
        onServer(server, "CREATE DATABASE " + schema);
        return new MariadbDatabase(server, schema);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return ConnectionFactories.get(server.mutate()
                .option(ConnectionFactoryOptions.DATABASE, schema)
                .build());
    }

    @Override
    public String identity(String column) {
        return column + " bigint AUTO_INCREMENT PRIMARY KEY";
    }

    @Override
    public String numbers(int count) {
        return "(SELECT seq AS n FROM seq_1_to_" + count + ") AS numbers";
    }

    @Override
    public String countOtherSessions() {
        return "SELECT count(*) FROM information_schema.processlist WHERE db = '" + schema
                + "' AND id <> connection_id()";
    }

    @Override
    public void close() {
        onServer(server, "DROP DATABASE " + schema);
    }

    private static void onServer(ConnectionFactoryOptions server, String statement) {
        Database.on(ConnectionFactories.get(server)).sql(statement).run().block(LIMIT);
    }
}
