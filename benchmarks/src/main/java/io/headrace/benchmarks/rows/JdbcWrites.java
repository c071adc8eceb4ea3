package io.headrace.benchmarks.rows;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writing with the blocking driver. */
record JdbcWrites(DataSource pool, InsertSql sql) {

    private static final int PIECE = 64 * 1024;

    /** Batches, which the driver rewrites to statements of several rows. */
    long batches(int rows, int rowsPerBatch) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(sql.with("(?, ?, ?, ?)"))) {
                for (int n = 1; n <= rows; n++) {
                    Measurement row = Measurement.number(n);
                    insert.setLong(1, row.id());
                    insert.setObject(2, row.takenAt());
                    insert.setBigDecimal(3, row.value());
                    insert.setString(4, row.station());
                    insert.addBatch();
                    if (n % rowsPerBatch == 0 || n == rows) {
                        insert.executeBatch();
                    }
                }
            }
            connection.commit();
        }
        return rows;
    }

    /** The text form of COPY, as far as these rows need it: no value has to be escaped. */
    long copy(String table, int rows) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN");
            StringBuilder text = new StringBuilder(PIECE + 256);
            for (int n = 1; n <= rows; n++) {
                append(text, Measurement.number(n));
                if (text.length() >= PIECE || n == rows) {
                    byte[] piece = text.toString().getBytes(StandardCharsets.UTF_8);
                    copy.writeToCopy(piece, 0, piece.length);
                    text.setLength(0);
                }
            }
            long copied = copy.endCopy();
            connection.commit();
            return copied;
        }
    }

    private static void append(StringBuilder text, Measurement row) {
        text.append(row.id()).append('\t').append(row.takenAt()).append('\t');
        text.append(row.value().toPlainString()).append('\t');
        text.append(row.station()).append('\n');
    }
}
