package io.headrace.pool;

import io.headrace.core.dialect.Dialect;
import io.headrace.core.dialect.Dialects;
import io.headrace.core.sql.SessionEffect;
import io.headrace.core.sql.SqlTextCache;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Opens physical connections for the pool and keeps count of them until the server has let them go, so that a closed
 * pool leaves none behind.
 */
final class Opener {

    private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

    /** As many as core keeps; a service has some hundreds. */
    private static final int KNOWN_TEXTS = 1_024;
    /** The pool, as it is seen from here. */
    interface Watcher {

        /** A connect is about to begin. */
        void opening();

        /** A connection is being closed, and its place is free. */
        void closed();

        /** The database answers again. */
        void recovered();
    }

    private static final Watcher NOBODY = new Watcher() {
        @Override
        public void opening() {}

        @Override
        public void closed() {}

        @Override
        public void recovered() {}
    };

    private final String poolName;
    private final ConnectionFactory driver;
    private final PoolConfig config;
    private final Timing timing;
    private final Signals signals;
    private final Dialect dialect;
    private final SqlTextCache<Set<SessionEffect>> effects;
    private final ConnectBackOff backOff;
    private final Suspicion suspicion;
    private volatile Watcher watcher = NOBODY;

    private final Set<HeldConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<Opening> openings = ConcurrentHashMap.newKeySet();
    private final Watches watches = new Watches();

    /** Counts refreshes. What began before the last one is to be replaced. */
    private final AtomicInteger generation = new AtomicInteger(1);

    /** Openings and connections that still count; one more until {@link #finish()}. */
    private final AtomicInteger unsettled = new AtomicInteger(1);

    private final AtomicBoolean finishing = new AtomicBoolean();
    private final Sinks.Empty<Void> allSettled = Sinks.empty();

    Opener(
            String poolName,
            ConnectionFactory driver,
            PoolConfig config,
            Timing timing,
            Signals signals,
            ConnectBackOff backOff) {
        this.poolName = poolName;
        this.driver = driver;
        this.config = config;
        this.timing = timing;
        this.signals = signals;
        this.dialect = Dialects.of(driver);
        this.effects = new SqlTextCache<>(KNOWN_TEXTS, sql -> SessionEffect.of(sql, dialect.syntax()));
        this.backOff = backOff;
        this.suspicion = new Suspicion(timing);
    }

    void watchedBy(Watcher pool) {
        watcher = pool;
    }

    String poolName() {
        return poolName;
    }

    Dialect dialect() {
        return dialect;
    }

    /** What a text leaves behind in its session. */
    Set<SessionEffect> effectsOf(String sql) {
        return effects.get(sql);
    }

    PoolConfig config() {
        return config;
    }

    Timing timing() {
        return timing;
    }

    Signals signals() {
        return signals;
    }

    ConnectBackOff backOff() {
        return backOff;
    }

    Suspicion suspicion() {
        return suspicion;
    }

    Mono<HeldConnection> create() {
        return Mono.create(this::open);
    }

    private void open(MonoSink<HeldConnection> sink) {
        begun();
        // counted first, asked second: either finish() waits for this one or this one sees that it comes too late
        if (finishing.get()) {
            sink.error(new PoolClosedException(poolName, null));
            settled();
            return;
        }
        watcher.opening();
        Opening opening = new Opening(this, sink);
        openings.add(opening);
        opening.begin(generation.get());
    }

    Mono<Connection> connect() {
        return Mono.from(driver.create());
    }

    HeldConnection hold(Connection connection, int openedIn) {
        HeldConnection held = new HeldConnection(connection, config, timing, this, openedIn);
        begun();
        open.add(held);
        // a refresh that came meanwhile either finds it among the open ones or is found here
        if (openedIn < generation.get()) {
            held.retire(CloseCause.REFRESHED);
        }
        return held;
    }

    /** It has its result, or is not waited for any more. */
    void ended(Opening opening, boolean databaseIsBack) {
        openings.remove(opening);
        watches.look();
        if (databaseIsBack) {
            watcher.recovered();
        }
    }

    void closeDetached(Connection connection, CloseCause cause, Runnable gone) {
        closeDetached(connection, cause, Mono.empty(), gone);
    }

    /** The same for one that its borrower may be using: the server reads a farewell only when it has done its work. */
    void stopAndClose(Connection connection, CloseCause cause, Runnable gone) {
        Mono<Void> stop = Mono.defer(() -> dialect.stopStatement(connection))
                .timeout(config.timeouts().release(), timing.scheduler())
                .doOnError(error -> LOG.debug("pool '{}': a statement was not stopped", poolName, error))
                .onErrorComplete();
        closeDetached(connection, cause, stop, gone);
    }

    private void closeDetached(Connection connection, CloseCause cause, Mono<Void> first, Runnable gone) {
        signals.closed(cause);
        first.then(Mono.defer(() -> Mono.from(connection.close()))
                        .timeout(config.timeouts().close(), timing.scheduler()))
                .doFinally(ignored -> gone.run())
                .subscribe(
                        ignored -> {},
                        error -> LOG.debug("pool '{}': a connection did not close in order", poolName, error));
        watcher.closed();
    }

    void forget(HeldConnection held) {
        open.remove(held);
        watches.look();
        settled();
    }

    /** The connections that the server has not let go yet. */
    Set<HeldConnection> open() {
        return open;
    }

    /** Completes when there are so many connections that may be lent, or are. */
    Mono<Void> usable(int wanted) {
        return watches.until(
                () -> open.stream().filter(HeldConnection::isUsable).count() >= wanted);
    }

    /** Retires all connections that there are at this moment; completes when none of them is left. */
    Mono<Void> retireAll() {
        int next = generation.incrementAndGet();
        open.forEach(held -> held.retire(CloseCause.REFRESHED));
        return watches.until(() -> openings.stream().noneMatch(opening -> opening.generation() < next)
                && open.stream().noneMatch(held -> held.openedIn() < next));
    }

    private void begun() {
        unsettled.incrementAndGet();
    }

    void settled() {
        if (unsettled.decrementAndGet() == 0) {
            allSettled.tryEmitEmpty();
        }
    }

    boolean isFinishing() {
        return finishing.get();
    }

    /**
     * Closes what is not lent, and completes when no connection, opening or loan is left. It waits so long for those
     * that are lent; then it stops what they do on the server and closes them, and gives that the release timeout and
     * the close timeout.
     */
    Mono<Void> finish(Duration patience) {
        return Mono.defer(() -> {
            if (finishing.compareAndSet(false, true)) {
                open.forEach(HeldConnection::closeUnlessLent);
                settled();
            }
            return allSettled.asMono().timeout(patience, forceOut(patience), timing.scheduler());
        });
    }

    private Mono<Void> forceOut(Duration patience) {
        return Mono.defer(() -> {
            LOG.warn(
                    "pool '{}': connections still lent {} after the close are closed now: {}",
                    poolName,
                    Text.of(patience),
                    open.size());
            open.forEach(HeldConnection::forceOut);
            Duration limit = config.timeouts().release().plus(config.timeouts().close());
            return allSettled.asMono().timeout(limit, Mono.empty(), timing.scheduler());
        });
    }

    ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
