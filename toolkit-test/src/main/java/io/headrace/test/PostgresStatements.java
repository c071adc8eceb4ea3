package io.headrace.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Blocking statements, each on its own JDBC connection, so that what they look at is not what they use. */
final class PostgresStatements {

    static final String APPLICATION_NAME = "headrace-test-inspector";
    private static final String CONNECT_TIMEOUT_SECONDS = "10";
    private static final String ANSWER_TIMEOUT_SECONDS = "60";

    private PostgresStatements() {}

    /** Reads one row. */
    @FunctionalInterface
    interface RowFunction<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    static void execute(PostgresAddress address, String sql) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(address, e);
        }
    }

    static <T extends @Nullable Object> List<T> query(PostgresAddress address, String sql, RowFunction<T> function) {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> read = new ArrayList<>();
            while (rows.next()) {
                read.add(function.read(rows));
            }
            return read;
        } catch (SQLException e) {
            throw failed(address, e);
        }
    }

    static Connection connect(PostgresAddress address) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", address.user());
        properties.setProperty("password", address.password());
        properties.setProperty("ApplicationName", APPLICATION_NAME);
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("socketTimeout", ANSWER_TIMEOUT_SECONDS);
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s"
                        .formatted(address.host(), address.port(), ServerUrl.encode(address.database())),
                properties);
    }

    static TestServerException failed(PostgresAddress address, SQLException e) {
        return new TestServerException(
                "test database %s refused a blocking helper's statement: %s (SQLSTATE %s). Check that the server runs and that the statement is right."
                        .formatted(address, e.getMessage(), e.getSQLState()),
                e);
    }
}
