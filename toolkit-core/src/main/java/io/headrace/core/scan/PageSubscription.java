package io.headrace.core.scan;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** One subscription to the pages of a scan. */
final class PageSubscription<T> implements Subscription {

    /*
     * A page is sent for, arrives, is unpacked and emitted at once. Everything is done by the thread that is in `drain`;
     * an answer puts what it brings into one of the volatile fields first and then calls `drain`.
     *
     * The next page is sent for before the one at hand is unpacked, so that the server works while we do. At most one page
     * waits in `arrived`; another is at the consumer's. A page that cannot be unpacked is read again, and what was read
     * ahead is thrown away, since the table may have changed between the two readings.
     */
    private final CoreSubscriber<? super ScanPage<T>> actual;
    private final PageReader<T> reader;
    private final boolean readAhead;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger work = new AtomicInteger();
    private final Disposable.Swap reading = Disposables.swap();
    private volatile boolean cancelled;
    private volatile @Nullable Throwable failed;
    private volatile @Nullable RawPage<T> arrived;
    private boolean isReading;
    private @Nullable RawPage<T> refused;
    private long emitted;
    private boolean lastArrived;
    private boolean done;

    PageSubscription(CoreSubscriber<? super ScanPage<T>> actual, PageReader<T> reader, boolean readAhead) {
        this.actual = actual;
        this.reader = reader;
        this.readAhead = readAhead;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        reading.dispose();
    }

    private void drain() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        while (missed != 0) {
            while (step()) {
                // again
            }
            missed = work.addAndGet(-missed);
        }
    }

    /** Does one thing; false where there is nothing to do. */
    private boolean step() {
        if (cancelled || done) {
            return false;
        }
        Throwable error = failed;
        if (error != null) {
            done = true;
            actual.onError(error);
            return true;
        }
        RawPage<T> page = arrived;
        isReading = isReading && page == null;
        RawPage<T> again = refused;
        if (again != null) {
            return !isReading && readAgain(again);
        }
        if (page == null) {
            return requested.get() > emitted && read();
        }
        if (page.lastKey() == null) {
            finish();
            return true;
        }
        return requested.get() > emitted && unpack(page);
    }

    @CanIgnoreReturnValue
    private boolean read() {
        if (isReading || lastArrived) {
            return false;
        }
        isReading = true;
        reading.update(Mono.defer(reader::next)
                .subscribe(
                        page -> {
                            arrived = page;
                            drain();
                        },
                        error -> {
                            failed = error;
                            drain();
                        },
                        null,
                        actual.currentContext()));
        return true;
    }

    private boolean readAgain(RawPage<T> page) {
        refused = null;
        arrived = null;
        lastArrived = false;
        reader.goOnPlainly(page.start());
        return read();
    }

    private boolean unpack(RawPage<T> page) {
        arrived = null;
        lastArrived = page.last();
        if (readAhead) {
            read();
        }
        try {
            ScanPage<T> unpacked = page.unpack();
            if (unpacked == null) {
                refused = page;
            } else {
                emit(unpacked);
            }
        } catch (RuntimeException error) {
            reading.dispose();
            done = true;
            actual.onError(error);
        }
        return true;
    }

    private void emit(ScanPage<T> page) {
        emitted++;
        actual.onNext(page);
        if (page.last()) {
            finish();
        }
    }

    private void finish() {
        if (!cancelled) {
            done = true;
            actual.onComplete();
        }
    }
}
