package io.headrace.benchmarks.peers;

import io.headrace.test.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The PostgreSQL client of Vert.x with prepared statements cached and as many statements in flight as it takes. */
public final class VertxPeer implements AutoCloseable {

    /** Statements in flight on one connection. */
    public static final int PIPELINING_LIMIT = 256;

    private static final long LONGEST_WAIT_MINUTES = 30;

    private final Vertx vertx = Vertx.vertx();
    private final SqlClient pipelined;
    private final Pool pool;

    private VertxPeer(TestPostgres postgres, int poolSize) {
        PgConnectOptions server = new PgConnectOptions()
                .setHost(postgres.host())
                .setPort(postgres.port())
                .setDatabase(postgres.database())
                .setUser(postgres.user())
                .setPassword(postgres.password())
                .setPipeliningLimit(PIPELINING_LIMIT);
        server.setCachePreparedStatements(true);
        PoolOptions size = new PoolOptions().setMaxSize(poolSize);
        pipelined =
                PgBuilder.client().with(size).connectingTo(server).using(vertx).build();
        pool = PgBuilder.pool().with(size).connectingTo(server).using(vertx).build();
    }

    static VertxPeer open(TestPostgres postgres, int poolSize) {
        return new VertxPeer(postgres, poolSize);
    }

    /** For single statements: they share the connections of the pool and are pipelined on them. */
    public SqlClient pipelined() {
        return pipelined;
    }

    /** For transactions and streams, which need a connection of their own. */
    public Pool pool() {
        return pool;
    }

    /** Waits for a result. */
    public static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(LONGEST_WAIT_MINUTES, TimeUnit.MINUTES);
    }

    @Override
    public void close() throws ExecutionException, InterruptedException, TimeoutException {
        await(pipelined.close());
        await(pool.close());
        // Not composed with those before: then it would have to be answered on an event loop that it has just ended.
        await(vertx.close());
    }
}
