package io.headrace.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Cuts rows into partitions that know whether they are the last. A full partition is held until the next row or the end
 * has been seen, so demand upstream runs one row ahead of demand downstream and never further.
 */
final class PartitionFlux<T> extends Flux<Partition<T>> {

    private final Flux<T> rows;
    private final int size;

    private PartitionFlux(Flux<T> rows, int size) {
        this.rows = rows;
        this.size = size;
    }

    static <T> Flux<Partition<T>> of(Flux<T> rows, int size) {
        return new PartitionFlux<>(rows, size);
    }

    @Override
    public void subscribe(CoreSubscriber<? super Partition<T>> actual) {
        rows.subscribe(new Cutter<>(actual, size));
    }

    private static final class Cutter<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super Partition<T>> actual;
        private final int size;
        private final AtomicBoolean lookAheadRequested = new AtomicBoolean();
        private final AtomicBoolean lastClaimed = new AtomicBoolean();
        private final AtomicLong requested = new AtomicLong();
        private @Nullable Subscription upstream;
        private List<T> buffer;
        private long emitted;

        /** Written after `buffer` and `emitted`, so that a thread which requests sees both. */
        private volatile boolean complete;

        Cutter(CoreSubscriber<? super Partition<T>> actual, int size) {
            this.actual = actual;
            this.size = size;
            this.buffer = new ArrayList<>(size);
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            Subscription rows = upstream;
            if (rows == null || !Operators.validate(n)) {
                return;
            }
            requested.accumulateAndGet(n, Operators::addCap);
            if (complete) {
                emitLast();
                return;
            }
            long wanted = Operators.multiplyCap(n, size);
            rows.request(lookAheadRequested.compareAndSet(false, true) ? Operators.addCap(wanted, 1) : wanted);
        }

        @Override
        public void cancel() {
            lastClaimed.set(true);
            Subscription rows = upstream;
            if (rows != null) {
                rows.cancel();
            }
        }

        @Override
        public void onNext(T row) {
            if (buffer.size() == size) {
                List<T> full = buffer;
                buffer = new ArrayList<>(size);
                buffer.add(row);
                actual.onNext(new Partition<>(++emitted, full, false));
            } else {
                buffer.add(row);
            }
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            complete = true;
            emitLast();
        }

        /** The row read ahead may be the last one: then its partition has not been asked for yet and waits here. */
        private void emitLast() {
            boolean mayEmit = buffer.isEmpty() || requested.get() > emitted;
            if (mayEmit && lastClaimed.compareAndSet(false, true)) {
                if (!buffer.isEmpty()) {
                    actual.onNext(new Partition<>(emitted + 1, buffer, true));
                }
                actual.onComplete();
            }
        }
    }
}
