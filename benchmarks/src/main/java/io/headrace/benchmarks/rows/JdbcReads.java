package io.headrace.benchmarks.rows;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import javax.sql.DataSource;

/** Reading with the blocking driver, in a transaction, without which it ignores the fetch size. */
record JdbcReads(DataSource pool) {

    long read(int fetchSize) throws SQLException {
        long sum = 0;
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(ReadContest.SELECT)) {
                select.setFetchSize(fetchSize);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        sum += measurement(rows).figure();
                    }
                }
            }
            connection.commit();
        }
        return sum;
    }

    private static Measurement measurement(ResultSet row) throws SQLException {
        return new Measurement(
                row.getLong(1),
                row.getObject(2, LocalDateTime.class),
                row.getObject(3, BigDecimal.class),
                row.getString(4));
    }
}
