package io.headrace.pool;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where a pool gets its connections from.
 *
 * @param poolName the name of the pool that is to use it
 * @param factory the driver
 * @param dispose lets go of what was made for this pool only, such as its event loops; runs after the last connection
 */
record ConnectionSource(String poolName, ConnectionFactory factory, Mono<Void> dispose) {

    private static final String DEFAULT_NAME = "pool";
    private static final Set<String> POSTGRESQL = Set.of("postgresql", "postgres");

    static ConnectionSource given(ConnectionFactory factory, PoolConfig config) {
        return new ConnectionSource(config.name() == null ? DEFAULT_NAME : config.name(), factory, Mono.empty());
    }

    /** Errors name the driver at most: a URL contains credentials. */
    static ConnectionSource of(String url, PoolConfig config) {
        return of(parse(url), config);
    }

    /** Errors name the driver at most: options contain credentials. */
    static ConnectionSource of(ConnectionFactoryOptions options, PoolConfig config) {
        Object named = options.getValue(ConnectionFactoryOptions.DRIVER);
        if (named == null) {
            throw new IllegalArgumentException(
                    "The options name no driver. Set ConnectionFactoryOptions.DRIVER, to \"postgresql\" for PostgreSQL.");
        }
        String driver = named.toString();
        if (driver.equals("pool")) {
            throw new IllegalArgumentException(
                    "The driver is 'pool', which would be a pool inside this pool. Take 'pool:' "
                            + "out of the URL (r2dbc:postgresql://...), or name the database's driver in the options.");
        }
        if (!ConnectionFactories.supports(options)) {
            throw new IllegalStateException("No R2DBC driver for '" + driver
                    + "' on the class path. Add its artifact, or correct the URL or the option.");
        }
        String name = nameOf(config, options.getValue(ConnectionFactoryOptions.DATABASE));
        return POSTGRESQL.contains(driver)
                ? PostgresqlSource.of(name, options, config)
                : opened(name, ConnectionFactories.get(options));
    }

    /** A factory that was made here is closed here, where it can be: a file and its threads may be behind it. */
    private static ConnectionSource opened(String name, ConnectionFactory factory) {
        return new ConnectionSource(
                name,
                factory,
                factory instanceof Closeable closeable ? Mono.defer(() -> Mono.from(closeable.close())) : Mono.empty());
    }

    private static ConnectionFactoryOptions parse(String url) {
        try {
            return ConnectionFactoryOptions.parse(url);
        } catch (IllegalArgumentException error) {
            // its message may quote the URL, so neither message nor cause is passed on
            throw new IllegalArgumentException(
                    "The URL is not an R2DBC URL. It has the form r2dbc:driver://user:password@host:port/database, "
                            + "with special characters in its parts percent-encoded.");
        }
    }

    private static String nameOf(PoolConfig config, @Nullable Object database) {
        if (config.name() != null) {
            return config.name();
        }
        return database == null || database.toString().isBlank() ? DEFAULT_NAME : database.toString();
    }
}
