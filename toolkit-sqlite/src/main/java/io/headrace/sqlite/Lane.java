package io.headrace.sqlite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One physical connection to SQLite and its thread. Whatever touches SQLite is a task on that thread; only {@link #offer} and
 * {@link #close} may be called by others.
 */
final class Lane {

    private static final Logger logger = LoggerFactory.getLogger(Lane.class);

    /** Often enough for a stop within milliseconds, seldom enough to cost next to nothing (0 to 3 percent of a scan). */
    private static final int INSTRUCTIONS_BETWEEN_CHECKS = 4_000;
    /** SQLite's own back-off, in milliseconds, but for its last steps of 50 and 100. */
    private static final long[] LOCK_PAUSES = {1, 2, 5, 10, 15, 20, 25};

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final @Nullable Object[] NO_VALUES = {};

    private final LaneOpening opening;
    private final LaneThread thread;
    private final Set<RowCursor<?>> cursors = new LinkedHashSet<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private @Nullable NativeConnection connection;
    private @Nullable StatementCache statements;
    private @Nullable StopSignal running;
    private final UpdateLog updates = new UpdateLog(this);
    private int schemaSeen;
    private volatile String version = "";

    Lane(LaneOpening opening) {
        this.opening = opening;
        this.thread = new LaneThread(opening.threadName());
    }

    /** Opens a connection on a thread of its own. Cold; one that is cancelled closes again. */
    static Mono<Lane> open(LaneOpening opening) {
        return Mono.create(sink -> {
            Lane lane = new Lane(opening);
            AtomicBoolean cancelled = new AtomicBoolean();
            // Called only where the sink has passed nothing on and never will, be it that its value is already on the
            // way.
            sink.onCancel(() -> {
                cancelled.set(true);
                lane.close();
            });
            lane.thread.start();
            boolean taken = lane.offer(() -> {
                try {
                    lane.openHere();
                } catch (RuntimeException error) {
                    lane.close();
                    if (!cancelled.get()) {
                        sink.error(opening.explain(error));
                    }
                    return;
                }
                sink.success(lane);
            });
            assert taken;
        });
    }

    private void openHere() {
        NativeConnection opened = opening.connect();
        connection = opened;
        opened.onBusy(this::waitForLock);
        statements = new StatementCache(opening.config().statementCache(), opened::prepare);
        version = opened.version();
        StopSignal patient =
                new StopSignal(System::nanoTime, null, opening.config().busyTimeout());
        enter(patient);
        try {
            opening.prepare(opened);
        } finally {
            leave(patient);
        }
        opened.onProgress(INSTRUCTIONS_BETWEEN_CHECKS, () -> running != null && running.mustStop());
        schemaSeen = opening.schemaChanges().get();
    }

    String name() {
        return opening.name();
    }

    SqliteConfig config() {
        return opening.config();
    }

    String version() {
        return version;
    }

    boolean isReader() {
        return opening.reader();
    }

    boolean isClosed() {
        return closing.get();
    }

    /** Takes a task for this lane's thread; false when the lane is closed. */
    boolean offer(Runnable task) {
        return thread.offer(task);
    }

    boolean isOverloaded() {
        return thread.backlog() > opening.config().statementsWaiting();
    }

    /** Cuts the pause of a wait for a lock short, for a cancelled statement may be in it. */
    void wake() {
        thread.wake();
    }

    // ---- on the lane's thread

    NativeConnection connection() {
        NativeConnection open = connection;
        if (open == null || closing.get()) {
            throw SqliteErrors.closed(name());
        }
        return open;
    }

    /** For a task that was taken before the lane was told to close. */
    NativeConnection connectionBeforeClose() {
        NativeConnection open = connection;
        if (open == null) {
            throw SqliteErrors.closed(name());
        }
        return open;
    }

    /** From here on what SQLite does is done for this statement. */
    void enter(StopSignal signal) {
        running = signal;
        signal.resume();
    }

    void leave(StopSignal signal) {
        signal.pause();
        running = null;
    }

    NativeStatement take(String sql) {
        NativeConnection open = connection();
        StatementCache cache = statements;
        if (cache == null) {
            return open.prepare(sql);
        }
        int schema = opening.schemaChanges().get();
        if (schema != schemaSeen) {
            // The names and types that idle statements remember may be others now.
            cache.clear();
            schemaSeen = schema;
        }
        return cache.take(sql);
    }

    void giveBack(String sql, NativeStatement statement) {
        StatementCache cache = statements;
        if (cache == null || closing.get()) {
            statement.reset();
        } else {
            cache.giveBack(sql, statement);
        }
    }

    /** A statement of ours, without rows. */
    void execute(String sql) {
        NativeStatement statement = take(sql);
        try {
            boolean row = statement.start(NO_VALUES);
            while (row) {
                row = statement.step();
            }
        } finally {
            giveBack(sql, statement);
        }
    }

    void schemaChanged() {
        opening.schemaChanges().incrementAndGet();
    }

    /** Whether the transaction that was begun is still there: SQLite has no other way to ask that the library below knows. */
    boolean isInTransaction() {
        try {
            connection().execute("BEGIN");
        } catch (NativeException alreadyInside) {
            return true;
        }
        connection().execute("ROLLBACK");
        return false;
    }

    void register(RowCursor<?> cursor) {
        cursors.add(cursor);
    }

    void unregister(RowCursor<?> cursor) {
        cursors.remove(cursor);
    }

    /** The changes of rows that somebody wants to hear of. */
    UpdateLog updates() {
        return updates;
    }

    private boolean waitForLock(int tries) {
        StopSignal signal = running;
        long remaining =
                signal == null ? (tries < LOCK_PAUSES.length ? Long.MAX_VALUE : 0) : signal.remainingLockWait(tries);
        if (remaining <= 0) {
            return false;
        }
        long pause = LOCK_PAUSES[Math.min(tries, LOCK_PAUSES.length - 1)] * NANOS_PER_MILLI;
        LockSupport.parkNanos(this, Math.min(pause, remaining));
        return true;
    }

    // ---- the end

    /** Closes; open rows end with an error, an open transaction is rolled back. Completes when the file is let go. */
    Mono<Void> closed() {
        return Mono.defer(() -> {
            close();
            return ended.asMono();
        });
    }

    void close() {
        if (closing.compareAndSet(false, true)) {
            boolean taken = offer(this::closeHere);
            thread.finish();
            if (!taken) {
                tellEnded();
            }
        }
    }

    private void closeHere() {
        new ArrayList<>(cursors).forEach(RowCursor::connectionClosed);
        updates.end();
        NativeConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                opening.beforeClose(open);
                open.close();
            } catch (RuntimeException error) {
                logger.warn("Closing the connection '{}' to SQLite failed.", name(), error);
            }
        }
        tellEnded();
    }

    private void tellEnded() {
        ended.emitEmpty((signal, result) -> false);
    }
}
