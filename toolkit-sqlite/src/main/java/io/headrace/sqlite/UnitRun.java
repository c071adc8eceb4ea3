package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement to its end in one go on the thread of a lane. Rows of a RETURNING clause are copied, since SQLite holds
 * the lock to write until the last of them was read.
 */
final class UnitRun implements LaneUser, Runnable {

    private final SqliteSession session;
    private final Unit unit;
    private final StopSignal signal;
    private final Callback callback;
    private volatile @Nullable Lease lease;

    UnitRun(SqliteSession session, Unit unit, StopSignal signal, Callback callback) {
        this.session = session;
        this.unit = unit;
        this.signal = signal;
        this.callback = callback;
    }

    void start() {
        session.acquire(Lanes.Access.WRITE, this);
    }

    /** Stops it. The callback may be called or not. */
    void cancel() {
        signal.cancel();
        session.abandon(this);
        Lease granted = lease;
        if (granted != null) {
            granted.lane().wake();
        }
    }

    @Override
    public void granted(Lease granted) {
        lease = granted;
        R2dbcException refusal = session.submit(granted.lane(), this);
        if (refusal != null) {
            granted.release();
            callback.failed(refusal);
        }
    }

    @Override
    public void refused(Throwable error) {
        callback.failed(error);
    }

    @Override
    public void run() {
        Lease granted = lease;
        if (granted == null) {
            return;
        }
        Outcome outcome = null;
        Throwable failure = null;
        try {
            if (!signal.isCancelled()) {
                outcome = execute(granted);
            }
        } catch (RuntimeException error) {
            failure = error;
        }
        granted.release();
        if (failure != null) {
            callback.failed(failure);
        } else if (outcome != null) {
            callback.done(outcome);
        }
    }

    private Outcome execute(Lease granted) {
        Lane lane = granted.lane();
        StatementKind kind = unit.piece().kind();
        lane.enter(signal);
        try {
            session.before(granted, kind);
            if (kind == StatementKind.ROLLBACK && session.transaction() == SqliteSession.Transaction.ABORTED) {
                session.rollback(granted);
                return Outcome.NOTHING;
            }
            Outcome outcome = runToEnd(lane);
            session.after(granted, kind);
            return outcome;
        } catch (NativeException error) {
            throw session.failed(granted, signal, error, unit.piece().text());
        } finally {
            lane.leave(signal);
        }
    }

    private Outcome runToEnd(Lane lane) {
        String sql = unit.piece().text();
        NativeStatement statement = lane.take(sql);
        try {
            boolean row = statement.start(unit.values());
            RowShape shape = null;
            List<StoredValues> rows = List.of();
            if (statement.columnCount() > 0) {
                shape = statement.shape(true);
                session.decimals().look(shape);
                rows = row ? new ArrayList<>() : rows;
                while (row) {
                    rows.add(StoredValues.copyOf(statement, shape.size()));
                    row = statement.step();
                }
            }
            return new Outcome(shape, rows, changes(lane, shape));
        } finally {
            lane.giveBack(sql, statement);
        }
    }

    /** Only of statements that change rows: SQLite goes on telling the number of the last one that did. */
    private @Nullable Long changes(Lane lane, @Nullable RowShape shape) {
        if (unit.piece().kind() == StatementKind.CHANGE) {
            return lane.connection().changes();
        }
        return shape == null ? 0L : null;
    }

    /** Called at most once, on the thread of the lane or the one that started the run. */
    interface Callback {

        void done(Outcome outcome);

        void failed(Throwable error);
    }
}
