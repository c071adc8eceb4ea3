package io.headrace.benchmarks.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.headrace.core.Database;
import io.headrace.pool.Pool;
import io.headrace.pool.PoolConfig;
import io.headrace.test.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * Headrace and its peers, each opened on the same database with a pool of {@value #POOL_SIZE} connections and otherwise its
 * own defaults, unless said otherwise here.
 */
public final class Peers implements AutoCloseable {

    /** Connections in each pool. */
    public static final int POOL_SIZE = 10;

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final TestPostgres postgres;
    private final Pool headrace;
    private final ConnectionPool r2dbcPool;
    private final VertxPeer vertx;
    private final HikariDataSource hikari;

    private Peers(TestPostgres postgres) {
        this.postgres = postgres;
        this.headrace = openHeadracePool(postgres.url());
        this.r2dbcPool = new ConnectionPool(ConnectionPoolConfiguration.builder(postgres.untrackedConnectionFactory())
                .initialSize(POOL_SIZE)
                .maxSize(POOL_SIZE)
                .build());
        this.vertx = VertxPeer.open(postgres, POOL_SIZE);
        this.hikari = hikari(postgres);
    }

    /** Opens all of them. */
    public static Peers open(TestPostgres postgres) {
        return new Peers(postgres);
    }

    /**
     * A pool of Headrace as it is measured. Its time-outs are long: on a busy machine the first callers also wait for classes
     * to be loaded, and that must not fail a run.
     */
    public static Pool openHeadracePool(String url) {
        return Pool.open(url, PoolConfig.of(c -> c.name("benchmark")
                .size(POOL_SIZE)
                .acquireTimeout(LONGEST_WAIT)
                .connectTimeout(LONGEST_WAIT)));
    }

    /** The database that all work on. */
    public TestPostgres postgres() {
        return postgres;
    }

    /** Headrace, on {@link #headracePool()}. */
    public Database headrace() {
        return Database.on(headrace);
    }

    /** The pool of Headrace, with the driver settings that {@code Pool.open} makes. */
    public Pool headracePool() {
        return headrace;
    }

    /** r2dbc-postgresql without a pool. */
    public ConnectionFactory r2dbc() {
        return postgres.untrackedConnectionFactory();
    }

    /** r2dbc-postgresql in an r2dbc-pool. */
    public ConnectionFactory r2dbcPool() {
        return r2dbcPool;
    }

    /** Spring's client on any pool. */
    public DatabaseClient spring(ConnectionFactory pool) {
        return DatabaseClient.create(pool);
    }

    /** The PostgreSQL client of Vert.x. */
    public VertxPeer vertx() {
        return vertx;
    }

    /** pgjdbc in a HikariCP pool, with {@code reWriteBatchedInserts}, without which its batches are slow. */
    public DataSource jdbc() {
        return hikari;
    }

    @Override
    public void close() throws Exception {
        hikari.close();
        vertx.close();
        r2dbcPool.disposeLater().block();
        headrace.close().block();
    }

    private static HikariDataSource hikari(TestPostgres postgres) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://%s:%d/%s?reWriteBatchedInserts=true"
                .formatted(postgres.host(), postgres.port(), postgres.database()));
        config.setUsername(postgres.user());
        config.setPassword(postgres.password());
        config.setMaximumPoolSize(POOL_SIZE);
        return new HikariDataSource(config);
    }
}
