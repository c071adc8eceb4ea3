package io.headrace.pool;

import static java.util.Objects.requireNonNull;

import io.headrace.core.connection.ConnectionLimit;
import io.headrace.pool.PoolConfig.Sizing;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

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
public final class Pool implements ConnectionLimit, Closeable {

    private final Lender lender;
    private final Opener opener;
    private final Signals signals;
    private final Ending ending;
    private final Flux<PoolEvent> events;
    private final Capacity capacity;
    private final Upkeep upkeep;
    private final PoolConfig config;
    private final ConnectionFactory driver;

    private Pool(ConnectionSource source, PoolConfig config, Timing timing) {
        this.config = config;
        this.signals = new Signals();
        this.driver = source.factory();
        ConnectBackOff backOff = new ConnectBackOff(config.connectBackOff(), timing);
        this.opener = new Opener(source.poolName(), source.factory(), config, timing, signals, backOff);
        LoanBook loans = new LoanBook(source.poolName(), config, timing, signals, opener);
        this.capacity = new Capacity(config.sizing(), backOff);
        InnerPool inner = new InnerPool(opener, capacity, timing);
        this.lender = new Lender(source.poolName(), config, timing, signals, loans, inner, backOff);
        this.upkeep = new Upkeep(opener, inner, lender.gate());
        this.events = new EventStream(source.poolName(), timing, signals);
        this.ending = new Ending(patience -> Mono.<Void>fromRunnable(() -> signals.draining(patience))
                .then(Mono.<Void>fromRunnable(upkeep::stop))
                .then(lender.close())
                .then(opener.finish(patience))
                // last, since reactor-pool miscounts whatever it hands out or takes back while it is disposed of
                .then(inner.dispose())
                .then(source.dispose())
                .doOnTerminate(() -> {
                    loans.close();
                    signals.poolClosed();
                }));
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
        return open(ConnectionSource.of(requireNonNull(url, "url"), config), config, Timing.system());
    }

    /**
     * A pool with the default settings on the driver that the options name.
     *
     * @see #open(ConnectionFactoryOptions, PoolConfig)
     */
    public static Pool open(ConnectionFactoryOptions options) {
        return open(options, PoolConfig.defaults());
    }

    /**
     * A pool on the driver that the options name, for what a URL can't say: a password with any characters, or one that
     * changes. r2dbc-postgresql takes {@code USER} and {@code PASSWORD} from a {@link java.util.function.Supplier} or a
     * {@link org.reactivestreams.Publisher} too and asks it at each connect, so that {@link #refresh()} brings new
     * credentials in. Else the same as {@link #open(String, PoolConfig)}; an option that is given stays as it is.
     *
     * @throws IllegalArgumentException if the options name no driver, or a pool as the driver; the message contains no option
     *     but the driver
     * @throws IllegalStateException if there is no such driver on the class path
     */
    public static Pool open(ConnectionFactoryOptions options, PoolConfig config) {
        requireNonNull(config, "config");
        return open(ConnectionSource.of(requireNonNull(options, "options"), config), config, Timing.system());
    }

    /**
     * A pool on a connection factory as it is. The factory belongs to the caller; closing the pool does not close it.
     */
    public static Pool on(ConnectionFactory connections, PoolConfig config) {
        return on(connections, config, Timing.system());
    }

    static Pool on(ConnectionFactory connections, PoolConfig config, Timing timing) {
        requireNonNull(config, "config");
        return open(ConnectionSource.given(requireNonNull(connections, "connections"), config), config, timing);
    }

    private static Pool open(ConnectionSource source, PoolConfig config, Timing timing) {
        Pool pool = new Pool(source, config, timing);
        if (config.metrics()) {
            GlobalMetrics.bind(pool);
        }
        return pool;
    }

    /**
     * A primary and its replicas as one connection factory, with the default settings.
     *
     * @see #routing(Pool, List, RoutingConfig)
     */
    public static RoutingPool routing(Pool primary, Pool... replicas) {
        return routing(primary, List.of(replicas), RoutingConfig.defaults());
    }

    /**
     * A primary and its replicas as one connection factory, which lends a connection of a replica for what is marked as
     * reading only. The pools given belong to it from then on and are closed with it.
     *
     * @param primary the pool that is used for everything else
     * @param replicas pools of servers that follow the primary by PostgreSQL's streaming replication; none for a
     *     program that is to run where there are none
     * @throws IllegalArgumentException if a pool is given twice, or one is not of PostgreSQL
     */
    public static RoutingPool routing(Pool primary, List<Pool> replicas, RoutingConfig config) {
        RoutingPool.requirePostgresql(primary, replicas);
        RoutingPool routing = new RoutingPool(primary, replicas, config, new PostgresqlReplication(), Timing.system());
        if (primary.config.metrics()) {
            GlobalMetrics.bind(routing);
        }
        return routing;
    }

    /**
     * Lends a connection: an idle one that works, a new one, or the next that comes back.
     *
     * <p>Lazy; each subscription asks for one connection. The acquire timeout limits waiting, connecting and validating
     * together. The connection is emitted on its own event loop if the driver names one, or else on the thread that
     * asked for it, opened it or gave it back. A cancel leaves the queue at once and loses nothing; a connection being opened is kept for the next caller.
     *
     * <p>{@link Connection#close()} gives the connection back: lazily, without a round trip if no transaction is open,
     * else after the transaction was rolled back. Closing twice is harmless. A call after the close throws
     * {@link IllegalStateException}. The driver's own connection is reached by {@link io.r2dbc.spi.Wrapped#unwrap()}.
     *
     * <p>A connect that fails for a reason that may pass (refused, cut, not in time, a server that starts up or has too
     * many connections) fails nobody: the caller waits, within the acquire timeout, for the next connection. Meanwhile
     * the pool asks the database with a pause after each failure, for itself and not for each caller.
     *
     * <p>Errors: {@link PoolAcquireTimeoutException}, whose cause and message tell of the last connect if that failed;
     * {@link PoolExhaustedException}, {@link PoolClosedException}, and those of the driver that will not pass (a wrong
     * password, an unknown database) as they are, at once.
     */
    @Override
    public Mono<Connection> create() {
        return lender.lending();
    }

    /**
     * Gives the borrowers in this part of a chain a name. It stands in the messages of callers that wait in vain, in
     * {@link #snapshot()} and in reports of leaks.
     *
     * <pre>{@code
     * Mono<Order> placed = place(cart).contextWrite(Pool.holder("OrderService.place"));
     * }</pre>
     *
     * @param name no secret, and one of few
     */
    public static Function<Context, Context> holder(String name) {
        requireNonNull(name, "name");
        return context -> LoanBook.named(context, name);
    }

    /** The numbers of this moment. */
    public PoolSnapshot snapshot() {
        return lender.snapshot();
    }

    /**
     * Opens the minimum of connections, one at least, so that the first callers need not wait for it and a wrong password
     * shows when the application starts.
     *
     * <p>Lazy; completes when the connections are there, which may be at once, on the thread that opened the last one. A
     * cancel stops nothing that has begun. Errors are those of {@link #create()}, within the acquire timeout.
     */
    public Mono<Void> warmUp() {
        return upkeep.warmUp(lender.late());
    }

    /**
     * Replaces all connections without refusing work, for example after a failover or when the credentials have changed:
     * idle ones are closed now, those that are lent when they come back. Others are opened when they are needed, and up
     * to the minimum at once; for each the connection factory is asked anew.
     *
     * <p>Lazy; each subscription replaces the connections of that moment, also those that are being opened. Completes when
     * none of them is left, on the thread that closed the last one. A cancel does not stop it. The only error is
     * {@link PoolClosedException}.
     */
    public Mono<Void> refresh() {
        return upkeep.refresh();
    }

    /**
     * Changes the size. More connections are open to callers who wait at once. If there are too many, idle ones are closed
     * now and others when they come back; callers who wait do not hold that up.
     *
     * <p>Lazy; completes when the new size holds, which does not wait for connections that are lent. The only error is
     * {@link PoolClosedException}.
     *
     * @param size the most connections that are kept, {@code minimumIdle} or more
     * @throws IllegalArgumentException if the size is out of its range
     */
    public Mono<Void> resize(int size) {
        Sizing now = capacity.sizing();
        return upkeep.resize(new Sizing(size, now.overflow(), now.minimumIdle(), now.maxWaiting()));
    }

    /**
     * What happens in this pool from the subscription on.
     *
     * <p>Hot: each subscriber hears what happens while it listens. The pool never waits for one. Each subscriber has room for
     * 256 events that it has not asked for yet; beyond that the oldest are lost, and a {@link PoolEvent.Missed} says how
     * many. Emitted on Reactor's parallel threads, one after the other. Completes after {@link PoolEvent.PoolClosed}, or at
     * once if the pool is closed. A cancel ends the listening.
     */
    public Flux<PoolEvent> events() {
        return events;
    }

    /**
     * Lends nothing until {@link #resume()}. Callers wait, within their acquire timeout and within {@code maxWaiting};
     * connections that are lent are not touched, and stay with the pool when they come back. For work on the database that
     * must find nobody at it: suspend, wait until {@link PoolSnapshot#acquired()} is 0, work, resume.
     *
     * <p>Lazy; completes at once, with nothing lent from then on to whoever asks. May be repeated; has no effect on a closed
     * pool. Closing a suspended pool fails those who wait.
     */
    public Mono<Void> suspend() {
        return Mono.fromRunnable(lender::suspend);
    }

    /**
     * Ends a {@link #suspend()}: those who wait are served first, in the order in which they came.
     *
     * <p>Lazy; completes at once, also if the pool was not suspended.
     */
    public Mono<Void> resume() {
        return Mono.fromRunnable(lender::resume);
    }

    /**
     * Closes the pool. Callers that wait fail at once with {@link PoolClosedException}, as does everyone who asks from
     * then on; idle connections are closed; connections that are lent have the close timeout (default 5 s) to come back.
     * What still runs then is stopped on the server, and the connections are closed.
     *
     * <p>The same as {@link #drain} with the close timeout.
     */
    @Override
    public Mono<Void> close() {
        return ending.within(config.timeouts().close());
    }

    /**
     * Closes the pool as {@link #close()} does, with another limit for connections that are lent.
     *
     * <p>Lazy; the first subscription to this or to {@link #close()} decides on the limit, and all see the same end. A cancel
     * does not stop it. Completes when the connections and the pool's own threads are gone: at the latest after the
     * limit, the release timeout (to stop statements on the server) and the close timeout (to close connections).
     *
     * @param timeout how long to wait for connections that are lent; zero to stop them at once
     * @throws IllegalArgumentException if the timeout is negative
     */
    public Mono<Void> drain(Duration timeout) {
        if (requireNonNull(timeout, "timeout").isNegative()) {
            throw new IllegalArgumentException(
                    "The timeout of a drain must not be negative, but it is " + Text.of(timeout) + ".");
        }
        return ending.within(timeout);
    }

    /** Size and overflow together, as they are now. */
    @Override
    public int connectionLimit() {
        return capacity.sizing().most();
    }

    /** True of {@link PoolAcquireTimeoutException} and {@link PoolExhaustedException}. */
    @Override
    public boolean isShortage(Throwable error) {
        return error instanceof PoolAcquireTimeoutException || error instanceof PoolExhaustedException;
    }

    String name() {
        return lender.name();
    }

    Signals signals() {
        return signals;
    }

    /** Why connects fail, if they do and there is no idle connection either; null where an acquire may succeed soon. */
    @Nullable
    Throwable troubleWithoutIdle() {
        Throwable trouble = lender.trouble();
        return trouble != null && lender.snapshot().idle() == 0 ? trouble : null;
    }

    Duration acquireTimeout() {
        return config.timeouts().acquire();
    }

    /** What the driver says about itself. */
    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return opener.getMetadata();
    }

    boolean isOpen() {
        return lender.gate().isOpen();
    }

    /** What opens the connections, for one that is not to count in the pool. */
    ConnectionFactory driver() {
        return driver;
    }

    /** The beginning of {@link #close()}: fails everybody who waits or asks from now on. */
    Mono<Void> refuse() {
        return lender.close();
    }

    @Override
    public String toString() {
        return "Pool[" + lender.name() + "]";
    }
}
