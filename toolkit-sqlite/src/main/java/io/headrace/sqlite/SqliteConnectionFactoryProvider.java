package io.headrace.sqlite;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;

/**
 * Finds the driver for {@code r2dbc:sqlite:} URLs; {@link SqliteDatabase#open(String)} tells their forms. What a URL names is
 * one database for the whole program, so a pool on it has one writer too. It is {@link io.r2dbc.spi.Closeable}.
 */
public final class SqliteConnectionFactoryProvider implements ConnectionFactoryProvider {

    /** The name of the driver in URLs. */
    public static final String DRIVER = "sqlite";

    /** For the service loader. */
    public SqliteConnectionFactoryProvider() {}

    @Override
    public SqliteDatabase create(ConnectionFactoryOptions options) {
        return SqliteDatabase.open(options);
    }

    @Override
    public boolean supports(ConnectionFactoryOptions options) {
        return DRIVER.equals(options.getValue(ConnectionFactoryOptions.DRIVER));
    }

    @Override
    public String getDriver() {
        return DRIVER;
    }
}
