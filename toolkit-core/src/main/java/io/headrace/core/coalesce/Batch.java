package io.headrace.core.coalesce;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Waiters that are served together. Filled under the gatherer's lock, then sent once; ends when its work has ended, or when
 * its last caller has left and it may be abandoned.
 */
abstract class Batch<P, A> {

    private static final Logger LOGGER = LoggerFactory.getLogger(Batch.class);

    private final AtomicInteger callers = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Operators.DeferredSubscription work = new Operators.DeferredSubscription();
    private volatile @Nullable Runnable onEnd;

    /** Takes a waiter in; false where the batch is full. */
    final boolean add(Waiter<P, A> waiter) {
        boolean added = fits(waiter);
        if (added) {
            callers.incrementAndGet();
        }
        return added;
    }

    /** Keeps the waiter, unless the batch is full. Called under a lock: no calls to anyone else. */
    abstract boolean fits(Waiter<P, A> waiter);

    /** Sends what is to be sent and answers every waiter; errors are answers too. */
    abstract Mono<Void> work();

    /** Tells everyone who has no answer yet that something is wrong with us. */
    abstract void failRest(Throwable error);

    /** Whether the work may be cancelled when nobody waits for it any more. */
    abstract boolean mayBeAbandoned();

    /** Whether nobody waits any more, where some have been answered already. */
    abstract boolean isForNobody();

    final void send(Context context, Runnable whenEnded) {
        onEnd = whenEnded;
        if (callers.get() == 0) {
            end();
        } else {
            Mono.defer(this::work).subscribe(new Worker(context));
        }
    }

    /** Called once for each caller that has gone, whether it is answered by then or not. */
    final void callerLeft() {
        boolean forNobody = callers.decrementAndGet() == 0 || isForNobody();
        if (forNobody && mayBeAbandoned() && onEnd != null && !ended.get()) {
            work.cancel();
            end();
        }
    }

    private void end() {
        Runnable whenEnded = onEnd;
        if (whenEnded != null && ended.compareAndSet(false, true)) {
            whenEnded.run();
        }
    }

    private final class Worker implements CoreSubscriber<Void> {

        private final Context context;

        Worker(Context context) {
            this.context = context;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            work.set(subscription);
            work.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable error) {
            LOGGER.debug("A batch ended with an error that was not expected", error);
            failRest(error);
            end();
        }

        @Override
        public void onComplete() {
            end();
        }
    }
}
