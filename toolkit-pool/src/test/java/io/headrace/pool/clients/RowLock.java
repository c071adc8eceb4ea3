package io.headrace.pool.clients;

import io.headrace.test.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Somebody who is no client of the pool holds a row, so that a statement that wants it runs as long as a test likes. */
final class RowLock implements AutoCloseable {

    private final Connection holder;

    private RowLock(Connection holder) {
        this.holder = holder;
    }

    /** Locks the rows that the query names. */
    static RowLock on(TestPostgres postgres, String query) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", postgres.user());
        properties.setProperty("password", postgres.password());
        // by this name the test bed leaves it out of what it looks at and ends
        properties.setProperty("ApplicationName", "headrace-test-inspector");
        Connection holder = DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(postgres.host(), postgres.port(), postgres.database()),
                properties);
        holder.setAutoCommit(false);
        try (Statement statement = holder.createStatement()) {
            statement.execute(query + " FOR UPDATE");
        }
        return new RowLock(holder);
    }

    @Override
    public void close() throws SQLException {
        holder.close();
    }
}
