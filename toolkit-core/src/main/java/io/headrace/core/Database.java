package io.headrace.core;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.coalesce.KeyedStatement;
import io.headrace.core.coalesce.Loader;
import io.headrace.core.coalesce.LoaderConfig;
import io.headrace.core.coalesce.Writer;
import io.headrace.core.coalesce.WriterConfig;
import io.headrace.core.connection.Sessions;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.core.mapping.RowMappers;
import io.headrace.core.scan.ScanSource;
import io.headrace.core.sql.SqlTextCache;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.function.Function;

/**
 * A database one can talk SQL to. Thread-safe and cheap: it holds no connection, only the factory it was made on.
 *
 * <p>Everything it returns is an immutable description; connecting and sending begin when a publisher is subscribed.
 * Signals arrive on the driver's event loop.
 */
public final class Database {

    // A service has tens to hundreds of texts; past this something generates them and caching would only hold memory.
    private static final int CACHED_STATEMENTS = 1_024;

    private static final String KEYS = "keys";

    private final ConnectionFactory connectionFactory;
    private final DatabaseConfig config;
    private final Sessions sessions;
    private final SqlTextCache<RenderedSql> rendered;
    private final RowMappers mappers;
    private final Bindings unbound;

    private Database(ConnectionFactory connectionFactory, DatabaseConfig config) {
        this.connectionFactory = connectionFactory;
        this.config = config;
        this.sessions = Sessions.on(connectionFactory, config.sessions());
        this.rendered = new SqlTextCache<>(CACHED_STATEMENTS, text -> RenderedSql.of(text, sessions.dialect()));
        this.mappers = RowMappers.of(config.json(), config.converters());
        this.unbound = Bindings.none(ParameterValues.of(sessions.dialect(), config.json(), config.converters()));
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
        return SqlStatement.of(sessions, config, mappers, rendered.get(text), unbound);
    }

    /**
     * Describes a bulk write of records into a table.
     *
     * @param table the table's name, with its schema before a dot where it needs one; quoted by us, in lower case unless
     *     the table was created otherwise
     */
    public <T extends Record> Bulk<T> bulk(String table, Class<T> type) {
        return Bulk.into(sessions, table, type, config.json(), config.converters(), mappers);
    }

    /**
     * Describes a scan of a whole table, page by page in the order of a key. For part of a table see {@link Query#scanBy}.
     *
     * @param table the table's name, with its schema before a dot where it needs one; quoted by us, a name in lower case
     *     as if written without quotes
     */
    public <T> ScanSource<T> scan(String table, Class<T> type) {
        SqlStatement all = sql(StatementPages.ofTable(table, sessions.dialect()));
        return ScanSource.of(new StatementPages(all), mappers.mapper(type));
    }

    /**
     * Makes a loader of single rows by key, with {@link LoaderConfig#defaults()}.
     *
     * @param sql a statement whose only parameter is {@code :keys}, such as {@code … WHERE id = ANY(:keys)}
     * @param keyOf the key of a row, equal to the one it was asked by
     * @throws io.headrace.core.error.ParameterException where the statement has another parameter or not this one
     */
    public <K, V> Loader<K, V> loader(String sql, Class<V> type, Function<? super V, ? extends K> keyOf) {
        return loader(sql(sql), type, keyOf, LoaderConfig.defaults());
    }

    /** The same for a statement with other parameters, which are bound already. */
    public <K, V> Loader<K, V> loader(
            SqlStatement statement, Class<V> type, Function<? super V, ? extends K> keyOf, LoaderConfig settings) {
        return Loader.of(sessions, statement.brief(), keyed(statement), mappers.mapper(type), keyOf, settings);
    }

    /** Makes a loader of all rows of a key: {@link #loader(String, Class, Function)} whose answers are lists. */
    public <K, V> Loader<K, List<V>> loaderOfMany(String sql, Class<V> type, Function<? super V, ? extends K> keyOf) {
        return loaderOfMany(sql(sql), type, keyOf, LoaderConfig.defaults());
    }

    /** The same for a statement with other parameters, which are bound already. */
    public <K, V> Loader<K, List<V>> loaderOfMany(
            SqlStatement statement, Class<V> type, Function<? super V, ? extends K> keyOf, LoaderConfig settings) {
        return Loader.ofMany(sessions, statement.brief(), keyed(statement), mappers.mapper(type), keyOf, settings);
    }

    /**
     * Makes a writer of single rows, with {@link WriterConfig#defaults()}.
     *
     * @param table as in {@link #bulk}
     */
    public <T extends Record> Writer<T> writer(String table, Class<T> type) {
        return writer(table, type, WriterConfig.defaults());
    }

    /** Makes a writer of single rows. */
    public <T extends Record> Writer<T> writer(String table, Class<T> type, WriterConfig settings) {
        return Writer.into(sessions, table, bulk(table, type), settings);
    }

    private static KeyedStatement keyed(SqlStatement statement) {
        statement.requireOnlyOpen(KEYS);
        return (keys, mapper) -> statement.bind(KEYS, keys).execute(result -> result.map(mapper::map));
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
