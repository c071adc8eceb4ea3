package io.headrace.pool;

import io.headrace.pool.PoolConfig.Timeouts;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRefMetadata;

/**
 * A physical connection as r2dbc-pool holds it. It decides here whether the connection may be lent
 * ({@link #postAllocate()}), how it comes back ({@link #preRelease()}), when it is too old ({@link #isExpired}) and how it
 * ends ({@link #close()}).
 *
 * <p>It unwraps to the driver's connection, by which r2dbc-pool finds the driver's event loop and hands the connection
 * to the caller there, so that callers do not run in the loop of whoever gave the connection back.
 */
final class HeldConnection extends ForwardingConnection implements Lifecycle, Wrapped<Connection> {

    private final Connection driver;
    private final PoolConfig config;
    private final Timing timing;
    private final BooleanSupplier poolFinishes;
    private final Consumer<HeldConnection> closeDetached;
    private final BeginWatch begins;
    private final AtomicReference<@Nullable LentConnection> borrower = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** When it was opened, answered a validation or came back, whichever was last. */
    private volatile long lastGood;

    /** Whether it was lent before, or waited so long that its death is not news about the database. */
    private volatile boolean seasoned;

    /**
     * True from the start to the end of {@link #postAllocate()}. r2dbc-pool answers a cancel in between by putting the
     * connection back at once while the validation runs on; the eviction, which is asked then, drops such a connection.
     */
    private volatile boolean unproven;

    HeldConnection(
            Connection driver,
            PoolConfig config,
            Timing timing,
            BooleanSupplier poolFinishes,
            Consumer<HeldConnection> closeDetached) {
        this.driver = driver;
        this.config = config;
        this.timing = timing;
        this.poolFinishes = poolFinishes;
        this.closeDetached = closeDetached;
        this.begins = new BeginWatch(driver);
        this.lastGood = timing.nanos();
    }

    @Override
    Connection target() {
        return driver;
    }

    @Override
    public Connection unwrap() {
        return driver;
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return begins.begin(driver.beginTransaction());
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return begins.begin(driver.beginTransaction(definition));
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        // drivers may open a transaction for it
        return begins.begin(driver.createSavepoint(name));
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return autoCommit ? driver.setAutoCommit(true) : begins.begin(driver.setAutoCommit(false));
    }

    @Override
    public Statement createStatement(String sql) {
        return begins.watch(sql, driver.createStatement(sql));
    }

    @Override
    public Mono<Void> postAllocate() {
        return Mono.defer(() -> {
            unproven = true;
            boolean trusted = idleTime().compareTo(config.lifetime().validateAfterIdle()) < 0;
            seasoned = seasoned || !trusted;
            return (seasoned ? proveAlive(trusted) : Mono.<Void>empty())
                    .then(Mono.defer(this::ownPostAllocate))
                    .then(Mono.fromRunnable(() -> unproven = false));
        });
    }

    private Mono<Void> proveAlive(boolean trusted) {
        return (trusted ? requireValid(ValidationDepth.LOCAL) : askServer())
                .onErrorMap(
                        error -> !(error instanceof DeadConnectionException),
                        error -> new DeadConnectionException(
                                error instanceof TimeoutException
                                        ? "an idle connection did not answer within "
                                                + Text.of(config.timeouts().validate())
                                        : "an idle connection could not be validated",
                                error instanceof TimeoutException ? null : error));
    }

    private Mono<Void> askServer() {
        return requireValid(ValidationDepth.REMOTE)
                .timeout(config.timeouts().validate(), timing.scheduler())
                .then(Mono.fromRunnable(() -> lastGood = timing.nanos()));
    }

    private Mono<Void> requireValid(ValidationDepth depth) {
        return Mono.from(driver.validate(depth))
                .filter(valid -> valid)
                .switchIfEmpty(Mono.error(() -> new DeadConnectionException("an idle connection was found dead", null)))
                .then();
    }

    private Duration idleTime() {
        return Duration.ofNanos(timing.nanos() - lastGood);
    }

    /** Asked by r2dbc-pool, locally, on the way out and on the way in. The next one is tried in place of a dead one. */
    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return seasoned ? requireValid(depth).thenReturn(true) : driver.validate(depth);
    }

    @Override
    public Mono<Void> preRelease() {
        return Mono.defer(() -> knownClean() ? Mono.empty() : endTransaction())
                .then(Mono.defer(this::ownPreRelease))
                .then(Mono.fromRunnable(() -> {
                    lastGood = timing.nanos();
                    seasoned = true;
                    returnFrom(borrower.get());
                }));
    }

    private boolean knownClean() {
        return !begins.isUnfinished() && driver.isAutoCommit();
    }

    private Mono<Void> endTransaction() {
        Timeouts timeouts = config.timeouts();
        // A question queues behind a BEGIN that is still on its way; after its answer the driver's view is the truth.
        Mono<Void> learn = begins.isUnfinished() ? requireValid(ValidationDepth.REMOTE) : Mono.empty();
        return learn.then(Mono.defer(() -> driver.isAutoCommit() ? Mono.empty() : rollBack()))
                .timeout(timeouts.release(), timing.scheduler())
                .then(Mono.fromRunnable(begins::reset));
    }

    private Mono<Void> rollBack() {
        return Mono.from(driver.rollbackTransaction())
                // some drivers keep the mode when the transaction ends
                .then(Mono.defer(() -> driver.isAutoCommit() ? Mono.empty() : Mono.from(driver.setAutoCommit(true))))
                .then(Mono.defer(() -> driver.isAutoCommit()
                        ? Mono.empty()
                        : Mono.error(new DeadConnectionException("a transaction could not be ended", null))));
    }

    private Mono<Void> ownPostAllocate() {
        return driver instanceof Lifecycle own ? Mono.from(own.postAllocate()) : Mono.empty();
    }

    private Mono<Void> ownPreRelease() {
        return driver instanceof Lifecycle own ? Mono.from(own.preRelease()) : Mono.empty();
    }

    boolean isExpired(PooledRefMetadata metadata) {
        Duration maxLife = config.lifetime().maxLife();
        Duration maxIdle = config.lifetime().maxIdle();
        return unproven
                || (maxLife != null && metadata.lifeTime() >= maxLife.toMillis())
                || (maxIdle != null && metadata.idleTime() >= maxIdle.toMillis());
    }

    /** From now on the pool leaves the connection alone while it closes. */
    void lendTo(LentConnection lent) {
        borrower.set(lent);
    }

    /** Ends a loan, if it still is the present one. */
    void returnFrom(@Nullable LentConnection lent) {
        if (borrower.compareAndSet(lent, null) && poolFinishes.getAsBoolean()) {
            closeNow();
        }
    }

    void closeUnlessLent() {
        if (borrower.get() == null) {
            closeNow();
        }
    }

    void closeNow() {
        if (closed.compareAndSet(false, true)) {
            closeDetached.accept(this);
        }
    }

    /** Completes at once, so that the slot in the pool is free; the farewell to the server goes on by itself, bounded. */
    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(this::closeNow);
    }
}
