package io.headrace.pool;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One subscription of a {@link TrackedFlux}. */
final class TrackedSubscription<T> implements CoreSubscriber<T>, Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(TrackedFlux.class);

    /** The caller has gone. */
    private static final int CANCELLED = 1;

    /** The caller is there, and gave the connection back. */
    private static final int ABANDONED = 2;

    /** The driver is done. */
    private static final int ENDED = 4;

    private final CoreSubscriber<? super T> actual;
    private final InFlight inFlight;
    private final OnCancel onCancel;
    private final boolean statement;
    private final Runnable whenGone;
    private final AtomicInteger marks = new AtomicInteger();
    private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

    /** The result that was emitted last and may never be read. */
    private volatile @Nullable LeasedResult unread;

    private volatile boolean emitted;

    TrackedSubscription(
            CoreSubscriber<? super T> actual,
            InFlight inFlight,
            OnCancel onCancel,
            boolean statement,
            Runnable whenGone) {
        this.actual = actual;
        this.inFlight = inFlight;
        this.onCancel = onCancel;
        this.statement = statement;
        this.whenGone = whenGone;
    }

    boolean isStatement() {
        return statement;
    }

    boolean isCancelled() {
        return isMarked(marks.get(), CANCELLED);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream.set(subscription);
        actual.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        upstream.request(n);
    }

    @Override
    public void cancel() {
        if (isMarked(mark(CANCELLED), CANCELLED | ENDED)) {
            return;
        }
        whenGone.run();
        if (onCancel == OnCancel.DRAIN) {
            upstream.request(Long.MAX_VALUE);
        } else {
            upstream.cancel();
            endByCancel();
        }
    }

    /** On the thread that gives the connection back; what the caller is told has to wait for a signal of the driver. */
    void abandon() {
        if (isMarked(mark(ABANDONED), ABANDONED | ENDED)) {
            return;
        }
        whenGone.run();
        readUnread();
        upstream.request(onCancel == OnCancel.DRAIN ? Long.MAX_VALUE : 1);
    }

    void readUnread() {
        LeasedResult result = unread;
        if (result != null) {
            result.readUnlessRead();
        }
    }

    @Override
    public void onNext(T element) {
        int now = marks.get();
        if (now == 0) {
            if (!emitted) {
                emitted = true;
            }
            if (element instanceof LeasedResult result) {
                unread = result;
            }
            actual.onNext(element);
            if (isMarked(marks.get(), ABANDONED)) {
                // while it was being emitted
                readUnread();
            }
            return;
        }
        if (element instanceof LeasedResult result) {
            result.readUnlessRead();
        }
        if (onCancel != OnCancel.DRAIN && isMarked(now, ABANDONED) && !isMarked(now, CANCELLED | ENDED)) {
            upstream.cancel();
            if (endByCancel()) {
                actual.onError(LentConnection.abandoned());
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (!end() || isMarked(marks.get(), CANCELLED)) {
            LOG.debug("A cancelled statement ended with an error, as expected of a stopped one", error);
        } else {
            actual.onError(error);
        }
    }

    @Override
    public void onComplete() {
        if (!end() || isMarked(marks.get(), CANCELLED)) {
            return;
        }
        if (isMarked(marks.get(), ABANDONED)) {
            actual.onError(LentConnection.abandoned());
        } else {
            actual.onComplete();
        }
    }

    /** The driver says that it is done. */
    private boolean end() {
        return end(true);
    }

    /** It was cancelled, and gives no signal any more. */
    @CanIgnoreReturnValue
    private boolean endByCancel() {
        return end(onCancel == OnCancel.PASS_IN_PEACE && emitted);
    }

    /**
     * True for the first.
     *
     * @param heard whether nothing of it can still run
     */
    private boolean end(boolean heard) {
        if (isMarked(mark(ENDED), ENDED)) {
            return false;
        }
        inFlight.leave(this, unread, heard);
        return true;
    }

    private int mark(int bit) {
        return marks.getAndUpdate(bits -> bits | bit);
    }

    private static boolean isMarked(int bits, int any) {
        return (bits & any) != 0;
    }
}
