package io.headrace.core;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.connection.Sessions;
import io.headrace.core.sql.NamedSqlCache;
import io.r2dbc.spi.ConnectionFactory;

/**
 * A database one can talk SQL to. Thread-safe and cheap: it holds no connection, only the factory it was made on.
 *
 * <p>Everything it returns is an immutable description; connecting and sending begin when a publisher is subscribed.
 * Signals arrive on the driver's event loop.
 */
public final class Database {

    // A service has tens to hundreds of texts; past this something generates them and caching would only hold memory.
    private static final int CACHED_STATEMENTS = 1_024;

    private final ConnectionFactory connectionFactory;
    private final DatabaseConfig config;
    private final Sessions sessions;
    private final NamedSqlCache<RenderedSql> rendered;

    private Database(ConnectionFactory connectionFactory, DatabaseConfig config) {
        this.connectionFactory = connectionFactory;
        this.config = config;
        this.sessions = Sessions.on(connectionFactory, config.drainTimeout());
        this.rendered = new NamedSqlCache<>(CACHED_STATEMENTS, text -> RenderedSql.of(text, sessions.dialect()));
    }

    /** A database on any R2DBC connection factory, with {@link DatabaseConfig#defaults()}. Use a pool in a service. */
    public static Database on(ConnectionFactory connectionFactory) {
        return on(connectionFactory, DatabaseConfig.defaults());
    }

    /** A database on any R2DBC connection factory. */
    public static Database on(ConnectionFactory connectionFactory, DatabaseConfig config) {
        return new Database(connectionFactory, config);
    }

    /**
     * Describes a statement with named parameters ({@code :name}).
     *
     * @throws io.headrace.core.error.ParameterException where the text cannot be scanned
     */
    public SqlStatement sql(String text) {
        return new SqlStatement(sessions, config, rendered.get(text), Bindings.none());
    }

    /**
     * Describes a bulk write of records into a table.
     *
     * @param table the table's name, with its schema before a dot where it needs one; quoted by us, in lower case unless
     *     the table was created otherwise
     */
    public <T extends Record> Bulk<T> bulk(String table, Class<T> type) {
        return Bulk.into(sessions, table, type);
    }

    /** The sessions of this database: how a transaction module puts statements on its connection. */
    public Sessions sessions() {
        return sessions;
    }

    /** The settings. */
    public DatabaseConfig config() {
        return config;
    }

    @Override
    public String toString() {
        return "Database[" + connectionFactory.getMetadata().getName() + "]";
    }
}
