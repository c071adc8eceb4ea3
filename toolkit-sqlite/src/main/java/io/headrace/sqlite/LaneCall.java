package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A piece of work of the driver's own on the lane of a session. */
final class LaneCall<T> implements LaneUser, Runnable {

    private final SqliteSession session;
    private final Work<T> work;
    private final MonoSink<T> sink;
    private final boolean always;
    private final StopSignal signal;
    private volatile @Nullable Lease lease;

    private LaneCall(SqliteSession session, Work<T> work, MonoSink<T> sink, boolean always) {
        this.session = session;
        this.work = work;
        this.sink = sink;
        this.always = always;
        this.signal = session.newSignal();
    }

    /** Cold. A cancel stops it, or keeps it from beginning. */
    static <T> Mono<T> of(SqliteSession session, Lanes.Access access, Work<T> work) {
        return Mono.create(sink -> {
            LaneCall<T> call = new LaneCall<>(session, work, sink, false);
            sink.onCancel(call::cancel);
            session.acquire(access, call);
        });
    }

    /** Cold. Runs to its end once subscribed, on a session that is being closed too. */
    static <T> Mono<T> always(SqliteSession session, Work<T> work) {
        return Mono.create(sink -> session.acquireToEnd(Lanes.Access.WRITE, new LaneCall<>(session, work, sink, true)));
    }

    private void cancel() {
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
        boolean taken = granted.lane().offer(this);
        if (!taken) {
            granted.release();
            refused(SqliteErrors.closed(session.name()));
        }
    }

    @Override
    public void refused(Throwable error) {
        sink.error(error);
    }

    @Override
    public void run() {
        Lease granted = lease;
        if (granted == null) {
            return;
        }
        T value = null;
        RuntimeException failure = null;
        if (always || !signal.isCancelled()) {
            Lane lane = granted.lane();
            lane.enter(signal);
            try {
                value = work.on(granted, signal);
            } catch (NativeException error) {
                failure = session.failed(granted, signal, error, null);
            } catch (RuntimeException error) {
                failure = error;
            } finally {
                lane.leave(signal);
            }
        }
        granted.release();
        if (failure == null) {
            sink.success(value);
        } else {
            sink.error(failure);
        }
    }

    /** Runs on the thread of the lane and may throw {@link NativeException} and {@link R2dbcException}. */
    interface Work<T> {

        @Nullable
        T on(Lease lease, StopSignal signal);
    }
}
