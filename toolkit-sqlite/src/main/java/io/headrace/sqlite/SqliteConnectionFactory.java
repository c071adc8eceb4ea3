package io.headrace.sqlite;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes one physical connection, with a thread of its own, each time that it is asked. Connections of one factory write one
 * at a time, and wait for each other in no particular order; a program with several writers uses a {@link SqliteDatabase}.
 *
 * <p>Nothing is opened before {@link #create()} is subscribed. {@link #close()} ends databases in memory and temporary files;
 * connections are closed by whoever made them.
 */
public final class SqliteConnectionFactory implements ConnectionFactory, Closeable {

    private final DriverContext context;
    private final Mono<Lane> keeper;
    private volatile @Nullable Lane kept;
    private volatile boolean closed;

    private SqliteConnectionFactory(SqliteConfig config) {
        this.context = new DriverContext(config);
        this.keeper = Mono.defer(() -> Lane.open(context.opening("k", true)))
                .doOnNext(lane -> kept = lane)
                .cacheInvalidateIf(lane -> lane.isClosed());
    }

    /** For the database in this file, with the defaults. */
    public static SqliteConnectionFactory from(Path path) {
        return from(SqliteConfig.of(SqliteLocation.file(path)));
    }

    /** For the database in the file with this path, with the defaults. */
    public static SqliteConnectionFactory from(String path) {
        if (path.startsWith("r2dbc:") || path.startsWith("jdbc:") || path.startsWith("file:")) {
            throw new IllegalArgumentException(
                    "from takes the path of a file; a URL is for ConnectionFactories.get or SqliteDatabase.open");
        }
        return ":memory:".equals(path) ? inMemory() : from(Path.of(path));
    }

    /** With these settings. */
    public static SqliteConnectionFactory from(SqliteConfig config) {
        return new SqliteConnectionFactory(config);
    }

    /** For a new database in memory, which all connections of this factory share. */
    public static SqliteConnectionFactory inMemory() {
        return from(SqliteConfig.of(SqliteLocation.memory()));
    }

    /** For a new temporary file, which is deleted when the factory is closed. */
    public static SqliteConnectionFactory temporary() {
        return from(SqliteConfig.of(SqliteLocation.temporary()));
    }

    /** For a new temporary file, with changed settings. */
    public static SqliteConnectionFactory temporary(Consumer<SqliteConfigBuilder> changes) {
        return from(SqliteConfig.of(SqliteLocation.temporary(), changes));
    }

    /** The settings. */
    public SqliteConfig config() {
        return context.config();
    }

    @Override
    public Mono<SqliteConnection> create() {
        return Mono.defer(() -> {
            if (closed) {
                return Mono.error(SqliteErrors.closed(context.file().shortName()));
            }
            // A database in memory goes with its last connection, so one stays open.
            Mono<Lane> opened = Lane.open(context.opening("c", false));
            return (context.file().isOnDisk() ? opened : keeper.then(opened)).map(this::connection);
        });
    }

    private SqliteConnection connection(Lane lane) {
        SqliteSession session = new SqliteSession(new SingleLane(lane), lane.name(), context);
        return new SessionConnection(session, context, lane.version(), lane.closed());
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> "SQLite";
    }

    /** Lets go of a database in memory and deletes a temporary file. Its connections should be closed by then. */
    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            Lane lane = kept;
            return (lane == null ? Mono.<Void>empty() : lane.closed())
                    .then(Mono.fromRunnable(() -> context.file().deleteTemporary())
                            .subscribeOn(Schedulers.boundedElastic()))
                    .then();
        });
    }

    @Override
    public String toString() {
        return "SqliteConnectionFactory " + context.file();
    }
}
