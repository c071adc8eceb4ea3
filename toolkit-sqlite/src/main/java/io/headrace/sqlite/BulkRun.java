package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * Runs one statement for each row of a publisher. Rows are gathered where they arrive and handed to the lane in chunks, one
 * of which is written while the next is gathered.
 *
 * <p>Written on the thread of the lane: the transaction, {@code changes}, {@code ended}. By the source's signals: {@code chunk}.
 */
final class BulkRun implements LaneUser, CoreSubscriber<Object[]> {

    /** Larger ones are not faster, and keep others on this connection waiting. */
    private static final int CHUNK = 256;

    private static final String SAVEPOINT = "headrace_bulk";

    private final SqliteSession session;
    private final SqlPiece piece;
    private final Publisher<? extends Object[]> rows;
    private final MonoSink<Long> sink;
    private final StopSignal signal;
    private volatile @Nullable Lease lease;
    private volatile @Nullable Subscription source;
    private List<@Nullable Object[]> chunk = new ArrayList<>(CHUNK);
    private boolean ownTransaction;
    private boolean begun;
    private boolean ended;
    private long changes;

    private BulkRun(SqliteSession session, SqlPiece piece, Publisher<? extends Object[]> rows, MonoSink<Long> sink) {
        this.session = session;
        this.piece = piece;
        this.rows = rows;
        this.sink = sink;
        this.signal = session.newSignal();
    }

    static Mono<Long> of(SqliteSession session, SqlText text, Publisher<? extends Object[]> rows) {
        if (text.pieces().size() != 1 || text.pieces().get(0).kind() != StatementKind.CHANGE) {
            throw new IllegalArgumentException("bulk takes one INSERT, UPDATE, DELETE or REPLACE");
        }
        return Mono.create(sink -> {
            BulkRun run = new BulkRun(session, text.pieces().get(0), rows, sink);
            sink.onCancel(run::cancel);
            session.acquire(Lanes.Access.WRITE, run);
        });
    }

    private void cancel() {
        signal.cancel();
        session.abandon(this);
        Subscription upstream = source;
        if (upstream != null) {
            upstream.cancel();
        }
        Lease granted = lease;
        if (granted != null) {
            granted.lane().wake();
            submit(() -> end(null, false));
        }
    }

    @Override
    public void granted(Lease granted) {
        lease = granted;
        if (!granted.lane().offer(this::begin)) {
            granted.release();
            sink.error(SqliteErrors.closed(session.name()));
        }
    }

    @Override
    public void refused(Throwable error) {
        sink.error(error);
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
    }

    private void submit(Runnable task) {
        Lease granted = lease;
        if (granted != null && !granted.lane().offer(task)) {
            sink.error(SqliteErrors.closed(session.name()));
        }
    }

    // ---- the source's signals

    @Override
    public void onSubscribe(Subscription subscription) {
        source = subscription;
        if (signal.isCancelled()) {
            subscription.cancel();
        } else {
            subscription.request(2 * CHUNK);
        }
    }

    @Override
    public void onNext(Object[] row) {
        try {
            chunk.add(encode(row));
        } catch (RuntimeException error) {
            Subscription upstream = source;
            if (upstream != null) {
                upstream.cancel();
            }
            submit(() -> end(error, false));
            return;
        }
        if (chunk.size() == CHUNK) {
            flush();
        }
    }

    private @Nullable Object[] encode(Object[] row) {
        List<Integer> parameters = piece.parameters();
        if (row.length != parameters.size()) {
            throw new IllegalArgumentException("a row of the bulk has %d values, the statement has %d parameters"
                    .formatted(row.length, parameters.size()));
        }
        @Nullable Object[] values = new @Nullable Object[row.length];
        for (int index = 0; index < row.length; index++) {
            values[index] = session.encoder().encode(row[index]);
            if (Lobs.isLob(values[index])) {
                throw new IllegalArgumentException(
                        "a bulk takes bytes and texts, not a Blob or Clob; collect it first");
            }
        }
        return values;
    }

    private void flush() {
        List<@Nullable Object[]> full = chunk;
        chunk = new ArrayList<>(CHUNK);
        submit(() -> write(full));
    }

    @Override
    public void onError(Throwable error) {
        submit(() -> end(error, false));
    }

    @Override
    public void onComplete() {
        flush();
        submit(() -> end(null, true));
    }

    // ---- on the thread of the lane

    private void begin() {
        attempt(granted -> {
            session.before(granted, StatementKind.CHANGE);
            if (session.transaction() == SqliteSession.Transaction.NONE) {
                session.begin(granted, session.config().transactionMode(), false, null);
                ownTransaction = true;
            } else {
                granted.lane().execute("SAVEPOINT " + SAVEPOINT);
            }
            begun = true;
        });
        if (!ended) {
            rows.subscribe(this);
        }
    }

    private void write(List<@Nullable Object[]> values) {
        if (ended) {
            return;
        }
        attempt(granted -> writeAll(granted.lane(), values));
        Subscription upstream = source;
        if (!ended && upstream != null && values.size() == CHUNK) {
            upstream.request(CHUNK);
        }
    }

    private void writeAll(Lane lane, List<@Nullable Object[]> values) {
        String sql = piece.text();
        NativeStatement statement = lane.take(sql);
        try {
            for (@Nullable Object[] row : values) {
                if (statement.start(row)) {
                    statement.reset();
                }
                changes += lane.connection().changes();
            }
        } finally {
            lane.giveBack(sql, statement);
        }
    }

    private void attempt(Step step) {
        Lease granted = lease;
        if (ended || granted == null) {
            return;
        }
        if (signal.isCancelled()) {
            end(null, false);
            return;
        }
        Lane lane = granted.lane();
        lane.enter(signal);
        Throwable failure = null;
        try {
            step.on(granted);
        } catch (NativeException error) {
            failure = session.failed(granted, signal, error, piece.text());
        } catch (RuntimeException error) {
            failure = error;
        } finally {
            lane.leave(signal);
        }
        if (failure != null) {
            Subscription upstream = source;
            if (upstream != null) {
                upstream.cancel();
            }
            end(failure, false);
        }
    }

    private void end(@Nullable Throwable error, boolean keep) {
        Lease granted = lease;
        if (ended || granted == null) {
            return;
        }
        ended = true;
        Throwable failure = error;
        StopSignal last = session.newSignal();
        granted.lane().enter(last);
        try {
            if (begun) {
                finish(granted, keep && failure == null);
            }
        } catch (NativeException cause) {
            R2dbcException translated = session.failed(granted, last, cause, null);
            failure = failure == null ? translated : failure;
            undoQuietly(granted);
        } catch (RuntimeException other) {
            failure = failure == null ? other : failure;
        } finally {
            granted.lane().leave(last);
        }
        granted.release();
        if (failure == null) {
            sink.success(changes);
        } else {
            sink.error(failure);
        }
    }

    private void finish(Lease granted, boolean keep) {
        if (ownTransaction) {
            if (keep) {
                session.commit(granted);
            } else {
                session.rollback(granted);
            }
        } else if (session.transaction() == SqliteSession.Transaction.OPEN) {
            if (!keep) {
                granted.lane().execute("ROLLBACK TO " + SAVEPOINT);
            }
            granted.lane().execute("RELEASE " + SAVEPOINT);
        }
    }

    /** A commit that failed, as for a deferred foreign key, leaves a transaction that nobody else knows of. */
    private void undoQuietly(Lease granted) {
        if (ownTransaction) {
            try {
                session.rollback(granted);
            } catch (NativeException alreadyReported) {
                // The first error says why.
            }
        }
    }

    private interface Step {

        void on(Lease lease);
    }
}
