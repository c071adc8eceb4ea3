package io.headrace.sqlite;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * One SQLite database for a whole program: one physical connection that writes and some that read, shared by any number of
 * light connections.
 *
 * <p>Each statement outside of a transaction takes a lane for its own time, a query a reading one and everything else
 * the writing one; a transaction holds one from its begin to its end, a read-only transaction a reading one. The writer is lent
 * in the order in which it was asked for, so that no writer starves and none is refused as busy. Readers and the writer do not
 * wait for each other. A read sees what was committed before it began, on whichever connection.
 *
 * <p>What belongs to a physical connection is not there for readers: temporary tables, attached databases, pragmas,
 * {@code last_insert_rowid()} and {@code changes()}. Use RETURNING for keys, and a transaction for the others. A
 * database in memory, and one without a write-ahead log, has one lane for all.
 *
 * <p>Nothing is opened before the first {@link #create()} is subscribed. A database is not a pool and needs none around it:
 * {@code create()} costs nothing.
 */
public final class SqliteDatabase implements ConnectionFactory, Closeable {

    private final DriverContext context;
    private final SharedLanes lanes;

    private SqliteDatabase(SqliteConfig config, Scheduler timer) {
        this.context = new DriverContext(config);
        this.lanes = new SharedLanes(context, timer);
    }

    /**
     * Opens the database that a URL names. Settings go behind a question mark, such as
     * {@code ?synchronous=full&busyTimeout=PT10S&pragma.auto_vacuum=incremental}; {@code mode} is one of rwc, rw, ro, immutable.
     *
     * <ul>
     *   <li>{@code r2dbc:sqlite:///app.db} and {@code r2dbc:sqlite:file:///app.db}: a relative path, with three slashes
     *   <li>{@code r2dbc:sqlite:file:////var/lib/app.db}: an absolute path, with four
     *   <li>{@code r2dbc:sqlite:mem:///}: a new database in memory; {@code r2dbc:sqlite:mem:///name}: one that factories share
     *   <li>{@code r2dbc:sqlite:temp:///}: a temporary file
     * </ul>
     */
    public static SqliteDatabase open(String url) {
        return open(ConnectionFactoryOptions.parse(url));
    }

    /** Opens the database that these options name. */
    public static SqliteDatabase open(ConnectionFactoryOptions options) {
        return open(SqliteUrl.parse(options));
    }

    /** Opens the database in this file, with changed settings. */
    public static SqliteDatabase open(Path file, Consumer<SqliteConfigBuilder> changes) {
        return open(SqliteConfig.of(SqliteLocation.file(file), changes));
    }

    /** Opens a database with these settings. */
    public static SqliteDatabase open(SqliteConfig config) {
        return new SqliteDatabase(config, Schedulers.parallel());
    }

    /** The settings. */
    public SqliteConfig config() {
        return context.config();
    }

    /** A light connection. The first one opens the database, or says why that cannot be. */
    @Override
    public Mono<SqliteConnection> create() {
        return lanes.whenOpen().map(version -> {
            SqliteSession session = new SqliteSession(lanes, context.file().shortName(), context);
            return new SessionConnection(session, context, version, Mono.empty());
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "SQLite";
    }

    /** What goes on just now. */
    public Mono<SqliteDatabaseSnapshot> snapshot() {
        return Mono.fromSupplier(lanes::snapshot).subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Closes all lanes; what runs ends with an error and what is open is rolled back. The writer goes last and moves the
     * write-ahead log into the database. Again does nothing.
     */
    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            List<Lane> all = new ArrayList<>(lanes.close());
            return Flux.fromIterable(all)
                    .concatMap(Lane::closed)
                    .then(Mono.fromRunnable(() -> context.file().deleteTemporary())
                            .subscribeOn(Schedulers.boundedElastic()))
                    .then();
        });
    }

    @Override
    public String toString() {
        return "SqliteDatabase " + context.file();
    }
}
