package io.headrace.core.connection;

import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** What is in a result, which is read to its end even if its subscriber goes: the rest of the statement waits behind it. */
final class OutlivingFlux<T> extends Flux<T> {

    private final Publisher<? extends T> source;
    private final BooleanSupplier claim;

    /** @param claim whether the subscriber is the one who may read it */
    OutlivingFlux(Publisher<? extends T> source, BooleanSupplier claim) {
        this.source = source;
        this.claim = claim;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (claim.getAsBoolean()) {
            source.subscribe(new Reader<>(actual));
        } else {
            Operators.error(
                    actual, new IllegalStateException("A result can be read once, by who has not cancelled it."));
        }
    }

    private static final class Reader<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
        private volatile boolean cancelled;

        Reader(CoreSubscriber<? super T> actual) {
            this.actual = actual;
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
            cancelled = true;
            upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T element) {
            if (cancelled) {
                Operators.onDiscard(element, actual.currentContext());
            } else {
                actual.onNext(element);
            }
        }

        @Override
        public void onError(Throwable error) {
            if (!cancelled) {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            if (!cancelled) {
                actual.onComplete();
            }
        }
    }
}
