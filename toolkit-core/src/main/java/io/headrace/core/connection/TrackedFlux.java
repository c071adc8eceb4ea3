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
 * A statement of a session between the driver and a subscriber who may go: the session counts it as in flight until it
 * has really ended, and what a cancel means to the driver is decided by the subclass.
 */
abstract class TrackedFlux<T> extends Flux<T> {

    private static final Logger LOGGER = LoggerFactory.getLogger(Session.class);

    private final Session session;
    private final Publisher<? extends T> source;

    TrackedFlux(Session session, Publisher<? extends T> source) {
        this.session = session;
        this.source = source;
    }

    @Override
    public final void subscribe(CoreSubscriber<? super T> actual) {
        Tracked<T> tracked = new Tracked<>(actual, this, session);
        if (session.start()) {
            source.subscribe(tracked);
        } else {
            tracked.refuse();
        }
    }

    /**
     * The subscriber has gone and the driver is still at work. What comes from now on is discarded.
     *
     * @param ended to be run, at least once, when the driver is done, unless its terminal signal says so
     */
    abstract void cancelled(Session owner, Subscription upstream, Runnable ended);

    private static final class Tracked<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final TrackedFlux<T> statement;
        private final Session session;
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

        Tracked(CoreSubscriber<? super T> actual, TrackedFlux<T> statement, Session session) {
            this.actual = actual;
            this.statement = statement;
            this.session = session;
        }

        /** Whoever has cancelled by now knows that it is over; anyone else has started a statement too late. */
        void refuse() {
            ended.set(true);
            AtomicBoolean gone = new AtomicBoolean();
            actual.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    gone.set(true);
                }
            });
            if (!gone.get()) {
                actual.onError(new SessionEndedException());
            }
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
            if (!ended.get() && cancelled.compareAndSet(false, true)) {
                statement.cancelled(session, upstream, this::end);
            }
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
