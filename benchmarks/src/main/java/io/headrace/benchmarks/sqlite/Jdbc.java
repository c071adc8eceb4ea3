package io.headrace.benchmarks.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** sqlite-jdbc by hand, with the pragmas that our driver sets and without its SELECT for keys. */
final class Jdbc implements AutoCloseable {

    private final Connection connection;

    Jdbc(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file + "?jdbc.get_generated_keys=false");
        try (Statement statement = connection.createStatement()) {
            for (String pragma : new String[] {
                "journal_mode=wal",
                "synchronous=normal",
                "cache_size=-16384",
                "mmap_size=134217728",
                "busy_timeout=5000"
            }) {
                statement.execute("PRAGMA " + pragma);
            }
        }
    }

    long readTyped() throws SQLException {
        long figure = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Item.SELECT)) {
            while (row.next()) {
                figure += new Item(row.getLong(1), row.getString(2), row.getDouble(3), row.getInt(4)).figure();
            }
        }
        return figure;
    }

    long readObjects() throws SQLException {
        long figure = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(Item.SELECT)) {
            while (row.next()) {
                figure += new Item(
                                ((Number) row.getObject(1)).longValue(),
                                (String) row.getObject(2),
                                (Double) row.getObject(3),
                                ((Number) row.getObject(4)).intValue())
                        .figure();
            }
        }
        return figure;
    }

    long lookUp(int calls) throws SQLException {
        long figure = 0;
        try (PreparedStatement statement = connection.prepareStatement(Item.LOOKUP)) {
            for (int n = 1; n <= calls; n++) {
                statement.setLong(1, n);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    figure += new Item(row.getLong(1), row.getString(2), row.getDouble(3), row.getInt(4)).figure();
                }
            }
        }
        return figure;
    }

    long insert(int rows, int batch) throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(Item.INSERT)) {
            for (int n = 1; n <= rows; n++) {
                Item item = Item.number(n);
                statement.setLong(1, item.id());
                statement.setString(2, item.name());
                statement.setDouble(3, item.price());
                statement.setInt(4, item.stock());
                statement.addBatch();
                if (n % batch == 0 || n == rows) {
                    statement.executeBatch();
                }
            }
            connection.commit();
        } finally {
            connection.setAutoCommit(true);
        }
        return rows;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
