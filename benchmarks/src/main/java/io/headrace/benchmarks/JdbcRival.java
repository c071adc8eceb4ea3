package io.headrace.benchmarks;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import org.postgresql.PGConnection;

/** The blocking driver, on one connection. */
final class JdbcRival implements AutoCloseable {

    private static final int BATCH = 1_000;

    private final Connection connection;

    JdbcRival(String host, int port, String database, String user, String password) throws SQLException {
        connection = DriverManager.getConnection(
                "jdbc:postgresql://" + host + ":" + port + "/" + database + "?reWriteBatchedInserts=true",
                user,
                password);
        connection.setAutoCommit(false);
    }

    long insertByRewrittenBatch(int rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO measurements VALUES (?, ?, ?, ?)")) {
            for (int n = 1; n <= rows; n++) {
                Measurement row = Measurement.number(n);
                insert.setLong(1, row.id());
                insert.setObject(2, row.takenAt());
                insert.setBigDecimal(3, row.value());
                insert.setString(4, row.station());
                insert.addBatch();
                if (n % BATCH == 0 || n == rows) {
                    insert.executeBatch();
                }
            }
        }
        connection.commit();
        return rows;
    }

    long insertByCopyManager(int rows) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int n = 1; n <= rows; n++) {
            Measurement row = Measurement.number(n);
            text.append(row.id()).append('\t').append(row.takenAt()).append('\t');
            text.append(row.value().toPlainString())
                    .append('\t')
                    .append(row.station())
                    .append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        long copied = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY measurements FROM STDIN", new ByteArrayInputStream(bytes));
        connection.commit();
        return copied;
    }

    long read() throws SQLException {
        long sum = 0;
        try (PreparedStatement select = connection.prepareStatement("SELECT * FROM measurements")) {
            select.setFetchSize(BATCH);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sum += new Measurement(
                                    rows.getLong(1),
                                    rows.getObject(2, LocalDateTime.class),
                                    rows.getObject(3, BigDecimal.class),
                                    rows.getString(4))
                            .id();
                }
            }
        }
        connection.commit();
        return sum;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
