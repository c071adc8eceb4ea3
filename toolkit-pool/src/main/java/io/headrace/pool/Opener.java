package io.headrace.pool;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Opens physical connections for r2dbc-pool and keeps count of them until the server has let them go, so that a closed
 * pool leaves none behind.
 */
final class Opener implements ConnectionFactory {

    private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

    private final String poolName;
    private final ConnectionFactory driver;
    private final PoolConfig config;
    private final Timing timing;

    private final Set<HeldConnection> open = ConcurrentHashMap.newKeySet();

    /** Connections on the way in, there, and on the way out; one more until {@link #finish()}. */
    private final AtomicInteger alive = new AtomicInteger(1);

    private final AtomicBoolean finishing = new AtomicBoolean();
    private final Sinks.Empty<Void> allGone = Sinks.empty();

    Opener(String poolName, ConnectionFactory driver, PoolConfig config, Timing timing) {
        this.poolName = poolName;
        this.driver = driver;
        this.config = config;
        this.timing = timing;
    }

    @Override
    public Mono<Connection> create() {
        return Mono.create(this::open);
    }

    /**
     * The driver is never cancelled while it connects, since a connection that arrives just then may be lost with its
     * socket. A connection that comes too late is closed instead.
     */
    private void open(MonoSink<Connection> sink) {
        alive.incrementAndGet();
        // counted first, asked second: either finish() waits for this one or this one sees that it comes too late
        if (finishing.get()) {
            gone();
            sink.error(new PoolClosedException(poolName, null));
            return;
        }
        AtomicBoolean answered = new AtomicBoolean();
        Disposable limit = timing.after(config.timeouts().connect(), () -> {
            if (answered.compareAndSet(false, true)) {
                sink.error(new PoolConnectTimeoutException(
                        poolName, config.timeouts().connect()));
            }
        });
        sink.onCancel(() -> answered.set(true));
        Mono.<Connection>defer(() -> Mono.from(driver.create()))
                .switchIfEmpty(Mono.error(
                        () -> new IllegalStateException("pool '" + poolName + "': the driver gave no connection.")))
                .subscribe(
                        connection -> {
                            limit.dispose();
                            hold(connection, answered, sink);
                        },
                        error -> {
                            limit.dispose();
                            gone();
                            if (answered.compareAndSet(false, true)) {
                                sink.error(error);
                            } else {
                                LOG.debug("pool '{}': a connection failed after its time limit", poolName, error);
                            }
                        });
    }

    private void hold(Connection connection, AtomicBoolean answered, MonoSink<Connection> sink) {
        HeldConnection held =
                new HeldConnection(connection, config, timing, finishing::get, self -> closeDetached(self, connection));
        open.add(held);
        boolean wanted = answered.compareAndSet(false, true);
        if (wanted && !finishing.get()) {
            sink.success(held);
            return;
        }
        held.closeNow();
        if (wanted) {
            sink.error(new PoolClosedException(poolName, null));
        }
    }

    private void closeDetached(HeldConnection held, Connection connection) {
        Mono.from(connection.close())
                .timeout(config.timeouts().close(), timing.scheduler())
                .doFinally(ignored -> {
                    open.remove(held);
                    gone();
                })
                .subscribe(
                        ignored -> {},
                        error -> LOG.debug("pool '{}': a connection did not close in order", poolName, error));
    }

    private void gone() {
        if (alive.decrementAndGet() == 0) {
            allGone.tryEmitEmpty();
        }
    }

    /**
     * Closes what is not lent, whether or not the pool below still knows of it: a connection that comes back or is
     * opened while that pool is disposed of may stay behind in there. Completes when no connection is left. Until the
     * close timeout it waits for those that are lent; then it closes them, and gives that another close timeout.
     */
    Mono<Void> finish() {
        return Mono.defer(() -> {
            if (finishing.compareAndSet(false, true)) {
                open.forEach(HeldConnection::closeUnlessLent);
                gone();
            }
            return allGone.asMono().timeout(config.timeouts().close(), forceOut(), timing.scheduler());
        });
    }

    private Mono<Void> forceOut() {
        return Mono.defer(() -> {
            LOG.warn(
                    "pool '{}': {} connections were still lent {} after the close; closing them now",
                    poolName,
                    open.size(),
                    Text.of(config.timeouts().close()));
            open.forEach(HeldConnection::closeNow);
            return allGone.asMono().timeout(config.timeouts().close(), Mono.empty(), timing.scheduler());
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
