package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a program takes for a connection: its settings, its transaction, and the lane that it holds while the transaction
 * lasts. The state of the transaction is changed on the thread of that lane only.
 */
final class SqliteSession {

    enum Transaction {
        NONE,
        OPEN,
        /** SQLite has rolled back by itself. All that would follow would be kept one by one, so nothing may. */
        ABORTED
    }

    private final Lanes lanes;
    private final String name;
    private final SqliteConfig config;
    private final ValueDecoder decoder;
    private final ValueEncoder encoder;
    private final DecimalColumns decimals;
    private volatile Transaction transaction = Transaction.NONE;
    private volatile boolean autoCommit = true;
    private volatile boolean closed;
    private volatile Duration lockWait;
    private volatile @Nullable Duration statementTimeout;
    private volatile @Nullable Lease held;
    private final Set<RowCursor<?>> cursors = ConcurrentHashMap.newKeySet();
    /** Begun by a SAVEPOINT outside of any transaction, whose RELEASE commits. */
    private boolean begunBySavepoint;

    private boolean queryOnly;
    private volatile @Nullable Duration lockWaitOfTransaction;
    private @Nullable Throwable abortedBy;

    SqliteSession(Lanes lanes, String name, DriverContext context) {
        this.lanes = lanes;
        this.name = name;
        this.config = context.config();
        this.lockWait = config.busyTimeout();
        this.statementTimeout = config.statementTimeout();
        this.decoder = context.decoder();
        this.encoder = context.encoder();
        this.decimals = context.decimals();
    }

    String name() {
        return name;
    }

    SqliteConfig config() {
        return config;
    }

    Transaction transaction() {
        return transaction;
    }

    boolean isAutoCommit() {
        return autoCommit && transaction == Transaction.NONE;
    }

    DecimalColumns decimals() {
        return decimals;
    }

    void autoCommit(boolean value) {
        autoCommit = value;
    }

    void lockWait(Duration timeout) {
        lockWait = timeout;
    }

    void statementTimeout(@Nullable Duration timeout) {
        statementTimeout = timeout;
    }

    StopSignal newSignal() {
        Duration ofTransaction = lockWaitOfTransaction;
        return new StopSignal(System::nanoTime, statementTimeout, ofTransaction == null ? lockWait : ofTransaction);
    }

    boolean isClosed() {
        return closed;
    }

    /** Nothing more is taken; what has begun ends by itself or with its lane. */
    boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    void register(RowCursor<?> cursor) {
        cursors.add(cursor);
    }

    void unregister(RowCursor<?> cursor) {
        cursors.remove(cursor);
    }

    /** Rows that are being read end with an error. */
    void endCursors() {
        cursors.forEach(RowCursor::sessionClosed);
    }

    /** The lane of the transaction, or any that fits. */
    void acquire(Lanes.Access access, LaneUser user) {
        if (closed) {
            user.refused(SqliteErrors.closed(name));
            return;
        }
        acquireToEnd(access, user);
    }

    /** Also when it is closed, for the last things that are to be done. */
    void acquireToEnd(Lanes.Access access, LaneUser user) {
        Lease mine = held;
        if (mine != null && mine.retain()) {
            user.granted(mine);
        } else {
            lanes.acquire(autoCommit ? access : Lanes.Access.WRITE, user);
        }
    }

    void abandon(LaneUser user) {
        lanes.abandon(user);
    }

    boolean holdsLane() {
        return held != null;
    }

    /** Passes a task on to the lane's thread; null, or why that cannot be. */
    @Nullable
    R2dbcException submit(Lane lane, Runnable task) {
        if (lane.isOverloaded()) {
            return overloaded();
        }
        return lane.offer(task) ? null : SqliteErrors.closed(name);
    }

    R2dbcException overloaded() {
        return new R2dbcTransientResourceException(
                "connection '%s': %,d statements wait for its thread, its limit; send fewer at once, or raise statementsWaiting"
                        .formatted(name, config.statementsWaiting()));
    }

    ValueDecoder decoder() {
        return decoder;
    }

    ValueEncoder encoder() {
        return encoder;
    }

    // ---- on the thread of the lane

    /** Before each statement of the program. */
    void before(Lease lease, StatementKind kind) {
        if (transaction == Transaction.ABORTED && kind != StatementKind.ROLLBACK) {
            throw SqliteErrors.aborted(abortedBy);
        }
        if (transaction == Transaction.NONE && !autoCommit && !kind.controlsTransaction()) {
            begin(lease, config.transactionMode(), false, null);
        }
    }

    void begin(Lease lease, SqliteConfig.TransactionMode mode, boolean readOnly, @Nullable Duration lockWaitLimit) {
        Lane lane = lease.lane();
        lane.execute(readOnly || lane.isReader() ? "BEGIN" : "BEGIN " + mode);
        if (readOnly && !lane.isReader()) {
            lane.execute("PRAGMA query_only=ON");
            queryOnly = true;
        }
        lockWaitOfTransaction = lockWaitLimit;
        opened(lease);
    }

    private void opened(Lease lease) {
        transaction = Transaction.OPEN;
        if (held == null && lease.retain()) {
            held = lease;
        }
    }

    /** Behind each statement of the program that SQLite has taken. */
    void after(Lease lease, StatementKind kind) {
        switch (kind) {
            case BEGIN -> opened(lease);
            case COMMIT -> {
                lease.lane().updates().committed();
                ended(lease.lane());
            }
            case ROLLBACK -> ended(lease.lane());
            case SAVEPOINT -> {
                if (transaction == Transaction.NONE) {
                    begunBySavepoint = true;
                    opened(lease);
                }
            }
            case RELEASE -> {
                if (begunBySavepoint && !lease.lane().isInTransaction()) {
                    lease.lane().updates().committed();
                    ended(lease.lane());
                }
            }
            case SCHEMA -> lease.lane().schemaChanged();
            case CHANGE, OTHER -> {
                if (transaction == Transaction.NONE) {
                    lease.lane().updates().committed();
                }
            }
            case QUERY, ROLLBACK_TO -> {}
        }
    }

    /** Translates an error and finds out what it has done to the transaction. */
    R2dbcException failed(Lease lease, StopSignal signal, NativeException error, @Nullable String sql) {
        Duration limit = signal.exceeded();
        R2dbcException translated =
                limit == null ? SqliteErrors.translate(error, sql) : SqliteErrors.timedOut(error, limit, sql);
        if (transaction == Transaction.OPEN && !lease.lane().isInTransaction()) {
            transaction = Transaction.ABORTED;
            abortedBy = translated;
        }
        if (transaction != Transaction.OPEN) {
            lease.lane().updates().rolledBack();
        }
        return translated;
    }

    void commit(Lease lease) {
        if (transaction == Transaction.ABORTED) {
            throw SqliteErrors.aborted(abortedBy);
        }
        if (transaction == Transaction.OPEN) {
            lease.lane().execute("COMMIT");
            lease.lane().updates().committed();
            ended(lease.lane());
        }
    }

    void rollback(Lease lease) {
        Lane lane = lease.lane();
        if (transaction == Transaction.OPEN) {
            rollback(lane);
        }
        if (transaction != Transaction.NONE) {
            ended(lane);
        }
    }

    private static void rollback(Lane lane) {
        try {
            lane.execute("ROLLBACK");
        } catch (NativeException error) {
            if (lane.isInTransaction()) {
                throw error;
            }
        }
    }

    private void ended(Lane lane) {
        transaction = Transaction.NONE;
        lane.updates().rolledBack();
        abortedBy = null;
        begunBySavepoint = false;
        lockWaitOfTransaction = null;
        if (queryOnly) {
            queryOnly = false;
            lane.execute("PRAGMA query_only=OFF");
        }
        Lease mine = held;
        held = null;
        if (mine != null) {
            mine.release();
        }
    }
}
