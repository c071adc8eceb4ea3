package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/**
 * A query that is being read. It steps on the thread of its lane, and only as far as was asked for; after a chunk it goes to
 * the end of the lane's queue, so that a long stream and a short question share a connection.
 *
 * <p>States, all changed on that thread: not begun (no statement), begun, ended. {@link #request} and {@link #cancel} come
 * from anywhere and only leave a note and a task.
 */
final class RowCursor<T> implements Subscription, Runnable, LaneUser {

    /** A first chunk is small, for most results are; the last is what keeps others waiting for 0.3 ms at most. */
    private static final int FIRST_CHUNK = 16;

    private static final int LARGEST_CHUNK = 256;
    private static final int GROWTH = 4;

    private final SqliteSession session;
    private final Unit unit;
    private final RowReader<T> reader;
    private final CoreSubscriber<? super T> actual;
    private final Runnable whenEnded;
    private final StopSignal signal;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable Lease lease;
    private volatile boolean unwanted;
    private @Nullable NativeStatement statement;
    private @Nullable SqliteRow row;
    private @Nullable RowShape shape;
    private boolean hasRow;
    private boolean ended;
    private int chunk = FIRST_CHUNK;

    RowCursor(
            SqliteSession session,
            Unit unit,
            RowReader<T> reader,
            CoreSubscriber<? super T> actual,
            Runnable whenEnded) {
        this.session = session;
        this.unit = unit;
        this.reader = reader;
        this.actual = actual;
        this.whenEnded = whenEnded;
        this.signal = session.newSignal();
    }

    void start() {
        if (signal.isCancelled()) {
            tell(() -> {});
            return;
        }
        session.acquire(Lanes.Access.READ, this);
    }

    @Override
    public void granted(Lease granted) {
        if (granted.lane().isOverloaded()) {
            granted.release();
            refused(session.overloaded());
            return;
        }
        lease = granted;
        schedule(granted);
    }

    @Override
    public void refused(Throwable error) {
        tell(() -> actual.onError(error));
    }

    @Override
    public void request(long count) {
        if (Operators.validate(count)) {
            requested.accumulateAndGet(count, Operators::addCap);
            Lease granted = lease;
            if (granted != null) {
                schedule(granted);
            }
        }
    }

    @Override
    public void cancel() {
        unwanted = true;
        stop();
    }

    private void stop() {
        signal.cancel();
        session.abandon(this);
        Lease granted = lease;
        if (granted != null) {
            granted.lane().wake();
            schedule(granted);
        } else {
            tell(this::tellClosed);
        }
    }

    /** Its connection was closed; the lane may live on. */
    void sessionClosed() {
        stop();
    }

    private void schedule(Lease granted) {
        if (work.getAndIncrement() == 0 && !granted.lane().offer(this)) {
            refused(SqliteErrors.closed(session.name()));
        }
    }

    @Override
    public void run() {
        Lease granted = lease;
        if (granted == null) {
            return;
        }
        int seen = work.get();
        boolean again = !ended && advance(granted);
        if (again || work.addAndGet(-seen) != 0) {
            boolean taken = granted.lane().offer(this);
            assert taken || granted.lane().isClosed();
        }
    }

    /** Reads one chunk; true if there is more to be read at once. */
    private boolean advance(Lease granted) {
        if (signal.isCancelled()) {
            end(granted, this::tellClosed);
            return false;
        }
        Lane lane = granted.lane();
        lane.enter(signal);
        Runnable last = null;
        boolean more = false;
        try {
            if (statement == null && requested.get() > 0) {
                begin(granted);
            }
            if (statement != null) {
                more = readChunk();
                if (!hasRow) {
                    last = actual::onComplete;
                }
            }
        } catch (NativeException error) {
            R2dbcException translated =
                    session.failed(granted, signal, error, unit.piece().text());
            last = () -> actual.onError(translated);
        } catch (Throwable error) {
            Exceptions.throwIfJvmFatal(error);
            last = () -> actual.onError(error);
        } finally {
            lane.leave(signal);
        }
        if (signal.isCancelled()) {
            last = this::tellClosed;
        }
        if (last != null) {
            end(granted, last);
            return false;
        }
        return more;
    }

    private void begin(Lease granted) {
        session.before(granted, StatementKind.QUERY);
        Lane lane = granted.lane();
        NativeStatement taken = lane.take(unit.piece().text());
        statement = taken;
        lane.register(this);
        session.register(this);
        hasRow = taken.start(unit.values());
        RowShape columns = taken.shape(unit.piece().star());
        session.decimals().look(columns);
        shape = columns;
        row = new SqliteRow(columns, session.decoder(), taken);
    }

    /** True if the chunk was full and more is asked for. */
    private boolean readChunk() {
        NativeStatement current = statement;
        long emitted = 0;
        long demand = requested.get();
        boolean more = false;
        int left = chunk;
        try {
            while (hasRow && current != null && !signal.isCancelled()) {
                if (emitted == demand) {
                    demand = requested.get();
                    if (emitted == demand) {
                        break;
                    }
                }
                if (left-- == 0) {
                    more = true;
                    chunk = Math.min(LARGEST_CHUNK, chunk * GROWTH);
                    break;
                }
                T value = read(current);
                if (value != null) {
                    emitted++;
                    actual.onNext(value);
                    if (signal.isCancelled()) {
                        break;
                    }
                }
                hasRow = current.step();
            }
        } finally {
            if (emitted > 0 && demand != Long.MAX_VALUE) {
                requested.addAndGet(-emitted);
            }
        }
        return more;
    }

    private @Nullable T read(NativeStatement current) {
        RowShape columns = shape;
        SqliteRow live = row;
        if (columns == null || live == null) {
            throw new IllegalStateException("no columns");
        }
        if (reader.keepsRow()) {
            return reader.read(new SqliteRow(columns, session.decoder(), StoredValues.copyOf(current, columns.size())));
        }
        live.expose(current);
        try {
            return reader.read(live);
        } finally {
            live.expire();
        }
    }

    /** On the thread of the lane, which is being closed. */
    void connectionClosed() {
        Lease granted = lease;
        if (granted != null && !ended) {
            end(granted, this::tellClosed);
        }
    }

    private void tellClosed() {
        if (unwanted) {
            return;
        }
        actual.onError(SqliteErrors.closed(session.name()));
    }

    private void end(Lease granted, Runnable last) {
        ended = true;
        NativeStatement open = statement;
        statement = null;
        if (open != null) {
            granted.lane().unregister(this);
            session.unregister(this);
            granted.lane().giveBack(unit.piece().text(), open);
        }
        granted.release();
        tell(last);
    }

    private void tell(Runnable last) {
        if (told.compareAndSet(false, true)) {
            last.run();
            whenEnded.run();
        }
    }
}
