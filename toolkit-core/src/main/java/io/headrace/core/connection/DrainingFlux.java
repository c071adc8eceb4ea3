package io.headrace.core.connection;

import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Stands between the driver and a subscriber who may go. A driver whose result is cancelled can hang for good (windowed
 * simple queries of r2dbc-postgresql), so a cancel becomes: stop the server, request the rest, discard it, and only then
 * let the session be quiet.
 */
final class DrainingFlux<T> extends Flux<T> {

    private static final Logger LOGGER = LoggerFactory.getLogger(Session.class);

    private final Session session;
    private final Publisher<? extends T> source;

    DrainingFlux(Session session, Publisher<? extends T> source) {
        this.session = session;
        this.source = source;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        session.started();
        source.subscribe(new Drain(actual));
    }

    private final class Drain implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

        Drain(CoreSubscriber<? super T> actual) {
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
            if (ended.get() || !cancelled.compareAndSet(false, true)) {
                return;
            }
            session.stopAfterCancel().subscribe();
            upstream.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(T element) {
            if (cancelled.get()) {
                Operators.onDiscard(element, actual.currentContext());
            } else {
                actual.onNext(element);
            }
        }

        @Override
        public void onError(Throwable error) {
            end();
            if (cancelled.get()) {
                LOGGER.debug("A cancelled statement ended with an error, as expected of a stopped one", error);
            } else {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            end();
            if (!cancelled.get()) {
                actual.onComplete();
            }
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                session.ended();
            }
        }
    }
}
