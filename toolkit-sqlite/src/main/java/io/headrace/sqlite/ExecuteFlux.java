package io.headrace.sqlite;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Runs statements one after the other and emits their results. The next one is run when it is asked for, and when the rows of
 * a query before it have been read or cancelled. An error ends it; what has been run before is kept. Cancelling stops the
 * statement that runs; results that were emitted can still be consumed.
 */
final class ExecuteFlux extends Flux<SqliteResult> {

    private final SqliteSession session;
    private final List<Unit> units;

    ExecuteFlux(SqliteSession session, List<Unit> units) {
        this.session = session;
        this.units = units;
    }

    @Override
    public void subscribe(CoreSubscriber<? super SqliteResult> actual) {
        actual.onSubscribe(new Run(session, units, actual));
    }

    private static final class Run implements Subscription, UnitRun.Callback {

        private final SqliteSession session;
        private final List<Unit> units;
        private final CoreSubscriber<? super SqliteResult> actual;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger work = new AtomicInteger();
        private volatile boolean cancelled;
        /** A statement runs, or the rows of a query are read. */
        private volatile boolean busy;

        private volatile @Nullable UnitRun running;
        private volatile @Nullable Outcome outcome;
        private volatile @Nullable Throwable failure;
        private int next;
        private long emitted;
        private boolean ended;

        Run(SqliteSession session, List<Unit> units, CoreSubscriber<? super SqliteResult> actual) {
            this.session = session;
            this.units = units;
            this.actual = actual;
        }

        @Override
        public void request(long count) {
            if (Operators.validate(count)) {
                requested.accumulateAndGet(count, Operators::addCap);
                drain();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            UnitRun current = running;
            if (current != null) {
                current.cancel();
            }
        }

        @Override
        public void done(Outcome result) {
            outcome = result;
            drain();
        }

        @Override
        public void failed(Throwable error) {
            failure = error;
            drain();
        }

        private void queryEnded() {
            busy = false;
            drain();
        }

        private void drain() {
            if (work.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                boolean more = true;
                while (more && !cancelled && !ended) {
                    more = step();
                }
                missed = work.addAndGet(-missed);
            } while (missed != 0);
        }

        /** Whether another step may be possible. */
        private boolean step() {
            Throwable error = failure;
            if (error != null) {
                ended = true;
                actual.onError(error);
                return false;
            }
            Outcome finished = outcome;
            if (finished != null) {
                outcome = null;
                running = null;
                busy = false;
                emit(SqliteResult.of(session, finished));
                return true;
            }
            if (next == units.size() && !(busy && running != null)) {
                ended = true;
                actual.onComplete();
                return false;
            }
            if (busy || emitted == requested.get()) {
                return false;
            }
            begin(units.get(next++));
            return true;
        }

        private void begin(Unit unit) {
            if (!unit.isQuery()) {
                busy = true;
                UnitRun run = new UnitRun(session, unit, session.newSignal(), this);
                running = run;
                run.start();
                if (cancelled) {
                    run.cancel();
                }
            } else {
                boolean last = next == units.size();
                busy = !last;
                emit(SqliteResult.of(session, unit, last ? () -> {} : this::queryEnded));
            }
        }

        private void emit(SqliteResult result) {
            emitted++;
            actual.onNext(result);
        }
    }
}
