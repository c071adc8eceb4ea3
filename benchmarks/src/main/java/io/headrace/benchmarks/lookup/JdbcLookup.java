package io.headrace.benchmarks.lookup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** By the blocking driver, in auto-commit. */
record JdbcLookup(DataSource pool) implements BlockingLookup {

    @Override
    public Product find(long id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT * FROM products WHERE id = ?")) {
            select.setLong(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("no product " + id);
                }
                return new Product(
                        row.getLong(1), row.getString(2), row.getBigDecimal(3), row.getInt(4), row.getString(5));
            }
        }
    }
}
