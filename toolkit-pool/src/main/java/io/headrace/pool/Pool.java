package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import reactor.core.publisher.Mono;

/**
 * A pool of connections, bounded in size, in waiting callers and in the time of every phase. It is itself an R2DBC
 * {@link ConnectionFactory}, so that any R2DBC client runs on it unchanged.
 *
 * <pre>{@code
 * Pool pool = Pool.open("r2dbc:postgresql://app:secret@db/shop");
 * Mono<Long> products = Mono.usingWhen(
 *         pool.create(),
 *         connection -> Flux.from(connection.createStatement("SELECT count(*) FROM products").execute())
 *                 .flatMap(result -> result.map(row -> row.get(0, Long.class)))
 *                 .single(),
 *         Connection::close);
 * }</pre>
 *
 * <p>Making a pool opens no connection and starts no thread of the driver: the first acquire does. All methods may be
 * called from any thread and none of them blocks. A pool lives as long as the application; close it last.
 */
public final class Pool implements ConnectionFactory, Closeable {

    private final Lender lender;
    private final Opener opener;
    private final Mono<Void> closing;

    private Pool(ConnectionSource source, PoolConfig config, Timing timing) {
        this.opener = new Opener(source.poolName(), source.factory(), config, timing);
        ConnectionPool inner = InnerPool.create(opener, config, timing);
        this.lender = new Lender(source.poolName(), config.sizing(), config.timeouts(), timing, new Gate(), inner);
        // cache() closes once, however often it is subscribed to, and goes on when a subscriber cancels
        this.closing = Mono.defer(() -> {
                    lender.gate().shut();
                    return lender.gate().quiet();
                })
                .then(Mono.defer(inner::disposeLater))
                .then(opener.finish())
                .then(source.dispose())
                .cache();
    }

    /**
     * A pool with the default settings on the driver that the URL names.
     *
     * @see #open(String, PoolConfig)
     */
    public static Pool open(String url) {
        return open(url, PoolConfig.defaults());
    }

    /**
     * A pool on the driver that the URL names. For {@code r2dbc:postgresql} the pool sets what the URL leaves open:
     * binary results, 256 prepared statements for each connection, TCP keep-alive, the connect timeout,
     * {@code application_name} (the name of the pool), and event loops of its own over which the connections are spread
     * evenly.
     *
     * @param url {@code r2dbc:driver://user:password@host:port/database?option=value}
     * @throws IllegalArgumentException if the URL can't be read; the message does not contain the URL
     * @throws IllegalStateException if there is no such driver on the class path
     */
    public static Pool open(String url, PoolConfig config) {
        requireNonNull(config, "config");
        return new Pool(ConnectionSource.of(requireNonNull(url, "url"), config), config, Timing.system());
    }

    /**
     * A pool on a connection factory as it is. The factory belongs to the caller; closing the pool does not close it.
     */
    public static Pool on(ConnectionFactory connections, PoolConfig config) {
        return on(connections, config, Timing.system());
    }

    static Pool on(ConnectionFactory connections, PoolConfig config, Timing timing) {
        requireNonNull(config, "config");
        return new Pool(ConnectionSource.given(requireNonNull(connections, "connections"), config), config, timing);
    }

    /**
     * Lends a connection: an idle one that works, a new one, or the next that comes back.
     *
     * <p>Lazy; each subscription asks for one connection. The acquire timeout limits waiting, connecting and validating
     * together. The connection is emitted on a thread of the driver (its event loop) or the one that gave it back. A
     * cancel leaves the queue at once and loses nothing; a connection being opened is kept for the next caller.
     *
     * <p>{@link Connection#close()} gives the connection back: lazily, without a round trip if no transaction is open,
     * else after the transaction was rolled back. Closing twice is harmless. A call after the close throws
     * {@link IllegalStateException}. The driver's own connection is reached by {@link io.r2dbc.spi.Wrapped#unwrap()}.
     *
     * <p>Errors: {@link PoolAcquireTimeoutException}, {@link PoolExhaustedException},
     * {@link PoolConnectTimeoutException}, {@link PoolClosedException}, and those of the driver as they are.
     */
    @Override
    public Mono<Connection> create() {
        return lender.acquire();
    }

    /** The numbers of this moment. */
    public PoolSnapshot snapshot() {
        return lender.snapshot();
    }

    /**
     * Closes the pool. Callers that wait fail at once with {@link PoolClosedException}, as does everyone who asks from
     * then on; idle connections are closed; connections that are lent have the close timeout (default 5 s) to come back
     * and are closed then.
     *
     * <p>Lazy; the first subscription closes the pool and the others see the same end. A cancel does not stop it.
     * Completes when the connections and the pool's own threads are gone.
     */
    @Override
    public Mono<Void> close() {
        return closing;
    }

    /** What the driver says about itself. */
    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return opener.getMetadata();
    }

    @Override
    public String toString() {
        return "Pool[" + lender.name() + "]";
    }
}
