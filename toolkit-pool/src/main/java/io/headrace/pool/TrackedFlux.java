package io.headrace.pool;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * A publisher of the driver between the driver and a caller who may go: the connection counts it as in flight until the
 * driver has really ended it.
 */
final class TrackedFlux<T> extends Flux<T> {

    private final InFlight inFlight;
    private final @Nullable LentConnection lease;
    private final @Nullable LeasedResult result;
    private final Publisher<? extends T> source;
    private final OnCancel onCancel;
    private final boolean statement;
    private final Runnable whenGone;

    private TrackedFlux(
            InFlight inFlight,
            @Nullable LentConnection lease,
            @Nullable LeasedResult result,
            Publisher<? extends T> source,
            OnCancel onCancel,
            boolean statement,
            Runnable whenGone) {
        this.inFlight = inFlight;
        this.lease = lease;
        this.result = result;
        this.source = source;
        this.onCancel = onCancel;
        this.statement = statement;
        this.whenGone = whenGone;
    }

    /** What begins or ends a transaction or the like, which the server is never asked to stop. */
    static <T> TrackedFlux<T> control(LentConnection lease, Publisher<? extends T> source) {
        return new TrackedFlux<>(lease.inFlight(), lease, null, source, lease.onCancel(), false, () -> {});
    }

    /** The results of a statement. */
    static <T> TrackedFlux<T> results(LentConnection lease, Publisher<? extends T> source, OnCancel onCancel) {
        return new TrackedFlux<>(lease.inFlight(), lease, null, source, onCancel, true, () -> {});
    }

    /** What is in one of them. */
    static <T> TrackedFlux<T> result(
            LentConnection lease,
            LeasedResult result,
            Publisher<? extends T> source,
            OnCancel onCancel,
            Runnable whenGone) {
        return new TrackedFlux<>(lease.inFlight(), lease, result, source, onCancel, true, whenGone);
    }

    /** What nobody reads any more, and has to be read. */
    static <T> TrackedFlux<T> leftOver(InFlight inFlight, Publisher<? extends T> source) {
        return new TrackedFlux<>(inFlight, null, null, source, OnCancel.DRAIN, true, () -> {});
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (result != null && !result.claim()) {
            Operators.error(
                    actual,
                    new IllegalStateException("A result can be read once, and only while its connection is lent."));
            return;
        }
        TrackedSubscription<T> subscription =
                new TrackedSubscription<>(actual, inFlight, onCancel, statement, whenGone);
        if (inFlight.enter(subscription, lease)) {
            source.subscribe(subscription);
        } else if (lease != null) {
            if (result != null) {
                result.readClaimed();
            }
            Operators.error(actual, lease.returned());
        }
    }
}
