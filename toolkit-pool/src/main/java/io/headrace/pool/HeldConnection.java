package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.headrace.core.sql.SessionEffect;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRef;

/**
 * A physical connection as the pool holds it. It decides here whether the connection may be lent ({@link #doubt()}), how
 * it comes back ({@link #isKnownClean()}, {@link #giveBack}), whether its time is over ({@link #retire}) and how it ends
 * ({@link #close()}).
 */
final class HeldConnection extends ForwardingConnection {

    private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);

    /** Connections that were opened together are to be replaced one after the other: up to a tenth before their time. */
    private static final double SHORTER = 0.1;

    private final Connection driver;
    private final Opener opener;
    private final InFlight inFlight = new InFlight();
    private final int openedIn;
    private final long opened;
    private final long life;
    private final BeginWatch begins;
    private final SessionTouches touches;
    private final Quiescence quiescence;
    private final Liveness liveness;
    private final CleanUp cleanUp;
    private final Handover handover;
    private final Tenure tenure;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Who has it now. */
    private volatile @Nullable Return loan;

    /** What was last said on it; read by other threads when somebody asks what a borrower does, a little late at worst. */
    private @Nullable String lastStatement;

    /** Why it is not to be lent any more, and will be closed by reactor-pool as soon as it is idle; null while it may be. */
    private final AtomicReference<@Nullable CloseCause> retired = new AtomicReference<>();

    HeldConnection(Connection driver, PoolConfig config, Timing timing, Opener opener, int openedIn) {
        this.driver = driver;
        this.opener = opener;
        this.openedIn = openedIn;
        this.opened = timing.nanos();
        Duration longest = config.lifetime().maxLife();
        this.life = longest == null ? Long.MAX_VALUE : timing.nanosUpToShorter(longest, SHORTER);
        this.begins = new BeginWatch(driver);
        this.liveness = new Liveness(driver, config, timing, opener.suspicion());
        this.touches = new SessionTouches(driver, opener.dialect());
        this.quiescence = new Quiescence(driver, opener.dialect(), inFlight, liveness, timing);
        this.cleanUp = new CleanUp(driver, quiescence, begins, touches, liveness, config, timing);
        this.handover = new Handover(driver);
        this.tenure = new Tenure(() -> opener.forget(this));
    }

    /** The driver's connection. */
    @Override
    Connection target() {
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
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        touches.settings();
        return driver.setLockWaitTimeout(timeout);
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        touches.settings();
        return driver.setStatementTimeout(timeout);
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        touches.isolationLevel();
        return driver.setTransactionIsolationLevel(isolationLevel);
    }

    @Override
    public Statement createStatement(String sql) {
        lastStatement = sql;
        Statement statement = driver.createStatement(sql);
        return noteEffects(sql) ? begins.watch(statement) : statement;
    }

    /** Whether the text opens a transaction. */
    @CanIgnoreReturnValue
    boolean noteEffects(String sql) {
        Set<SessionEffect> effects = opener.effectsOf(sql);
        begins.settle();
        if (effects.isEmpty()) {
            return false;
        }
        touches.add(effects);
        return effects.contains(SessionEffect.TRANSACTION);
    }

    /** Completes when statements whose callers have gone are stopped, if there are no others. */
    Mono<Void> afterCancels() {
        return quiescence.afterCancels();
    }

    InFlight inFlight() {
        return inFlight;
    }

    OnCancel onCancel() {
        return opener.dialect().toleratesCancel() ? OnCancel.PASS : OnCancel.DRAIN;
    }

    Handover handover() {
        return handover;
    }

    /** From now on a pool that closes leaves the connection alone, and waits for it. */
    void loanBegun() {
        tenure.loanBegun();
    }

    /** Who has it from now on; the loan itself began when the connection was found for its borrower. */
    void lentTo(Return borrower) {
        lastStatement = null;
        loan = borrower;
    }

    /** Nobody has it, though the loan may not have ended yet. */
    void lentToNobody() {
        loan = null;
    }

    @Nullable
    Return loan() {
        return loan;
    }

    /** Of this loan, if there was one. */
    @Nullable
    String lastStatement() {
        return lastStatement;
    }

    /**
     * What has to complete before the connection may be lent, or null if it may be lent at once. One that was retired while
     * it was on its way to a borrower is not lent; one that is retired later comes back first.
     */
    @Nullable
    Mono<Void> doubt() {
        Mono<Void> doubt = liveness.doubt();
        // asked second: a check-up that found it dead has retired it before it was over
        CloseCause cause = retired.get();
        return cause == null
                ? doubt
                : Mono.error(() -> new DeadConnectionException("an idle connection had to go: " + cause, null));
    }

    /** Whether it can be given back as it is, without a look at the server. */
    boolean isKnownClean() {
        return cleanUp.isNeedless();
    }

    /** Makes it clean. An error says that it can't be lent again. */
    Mono<Void> cleanUp() {
        return cleanUp.run();
    }

    /** Ends the loan of a clean connection, and hands it to the next borrower if one waits. */
    void giveBack(PooledRef<HeldConnection> ref) {
        if (!liveness.cameBack()) {
            discard(ref, CloseCause.BROKEN, null);
            return;
        }
        putBack(ref);
    }

    /** Ends a loan in which nothing was done. */
    void putBack(PooledRef<HeldConnection> ref) {
        handover.back(ref);
        loanEnded();
        handover.on();
    }

    /** Ends the loan of a connection that is not to be lent again. */
    void discard(PooledRef<HeldConnection> ref, CloseCause cause, @Nullable Throwable reason) {
        retire(cause);
        if (cause == CloseCause.UNCLEAN && (reason == null || !inFlight.isQuiet())) {
            // a server reads the farewell only when it has done its work
            stopAndClose(cause);
        }
        if (reason != null) {
            LOG.debug("pool '{}': a connection is replaced", opener.poolName(), reason);
        }
        ref.invalidate().subscribe(Unheard.INSTANCE);
        loanEnded();
    }

    /** Ends a loan without its borrower, who may be using the connection just now. */
    void takeAway(PooledRef<HeldConnection> ref) {
        stopAndClose(CloseCause.LEAKED);
        discard(ref, CloseCause.LEAKED, null);
    }

    private void loanEnded() {
        if (tenure.loanEnded() && opener.isFinishing()) {
            closeNow(CloseCause.POOL_CLOSED);
        }
    }

    /** Has it closed as soon as it is idle. The first cause counts. */
    void retire(CloseCause cause) {
        retired.compareAndSet(null, cause);
    }

    boolean isRetired() {
        return retired.get() != null;
    }

    /** Whether it is retired and could be closed, but reactor-pool has not done so yet. */
    boolean isLeftBehind() {
        return isRetired() && !closed.get() && tenure.isFree();
    }

    boolean isUsable() {
        return !isRetired() && !closed.get();
    }

    /** The {@linkplain Opener#retireAll() generation} in which it was asked for. */
    int openedIn() {
        return openedIn;
    }

    boolean isPastItsLife(long now) {
        return now - opened >= life;
    }

    /** For how long nobody has used it; 0 while it is lent. */
    long unusedFor(long now) {
        return tenure.isFree() ? liveness.unusedFor(now) : 0;
    }

    /** Asks the server whether it works, if nobody has it and it has been silent for so long. */
    void checkUp(long now, Duration silence, Runnable whenDead) {
        if (tenure.isFree() && liveness.silentFor(now) >= silence.toNanos()) {
            liveness.checkUp(tenure::isFree, reason -> {
                retire(CloseCause.BROKEN);
                LOG.debug("pool '{}': an idle connection is replaced", opener.poolName(), reason);
                whenDead.run();
            });
        }
    }

    /** Closes the connection in its borrower's hands and waits for that borrower no longer. */
    void forceOut() {
        stopAndClose(CloseCause.POOL_CLOSED);
        tenure.givenUp();
    }

    void closeUnlessLent() {
        if (tenure.isFree()) {
            closeNow(CloseCause.POOL_CLOSED);
        }
    }

    void closeNow(CloseCause cause) {
        if (closed.compareAndSet(false, true)) {
            opener.closeDetached(driver, cause, tenure::gone);
        }
    }

    private void stopAndClose(CloseCause cause) {
        if (closed.compareAndSet(false, true)) {
            opener.stopAndClose(driver, cause, tenure::gone);
        }
    }

    /** Completes at once, so that the slot in the pool is free; the farewell to the server goes on by itself, bounded. */
    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            CloseCause cause = retired.get();
            closeNow(cause == null ? CloseCause.POOL_CLOSED : cause);
        });
    }
}
