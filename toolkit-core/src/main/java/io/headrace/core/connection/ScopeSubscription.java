package io.headrace.core.connection;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One subscription of a {@link Scope}. */
final class ScopeSubscription<R, T> implements Subscription {

    /*
     * States. ACQUIRING -> RUNNING when the resource arrives; RUNNING -> ENDING when the body ends; any of the first two
     * -> CANCELLED by the subscriber, or -> ENDING by an interruption; ENDING stays until the end has run. Every transition
     * is one compareAndSet on `state`, and whoever wins it runs the end that belongs to it, so that ends neither double nor
     * go missing.
     *
     * The body is reached through `bodySubscription`, which takes demand and cancel before there is a body.
     */
    private enum State {
        ACQUIRING,
        RUNNING,
        ENDING,
        CANCELLED
    }

    private static final Logger LOGGER = LoggerFactory.getLogger(Scope.class);

    private final CoreSubscriber<? super T> actual;
    private final Function<? super R, ? extends Publisher<? extends T>> body;
    private final ScopeEnds<R> ends;
    private final AtomicReference<State> state = new AtomicReference<>(State.ACQUIRING);
    private final Operators.DeferredSubscription acquireSubscription = new Operators.DeferredSubscription();
    private final Operators.DeferredSubscription bodySubscription = new Operators.DeferredSubscription();
    private final Disposable.Swap interruption = Disposables.swap();
    private volatile @Nullable R resource;

    ScopeSubscription(
            CoreSubscriber<? super T> actual,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends) {
        this.actual = actual;
        this.body = body;
        this.ends = ends;
    }

    CoreSubscriber<R> acquirer() {
        return new Acquirer();
    }

    void interruptedBy(Mono<? extends Throwable> source) {
        interruption.update(source.subscribe(this::interrupt, this::interrupt));
    }

    private void interrupt(Throwable error) {
        if (state.compareAndSet(State.ACQUIRING, State.ENDING)) {
            acquireSubscription.cancel();
            actual.onError(error);
        } else if (state.compareAndSet(State.RUNNING, State.ENDING)) {
            bodySubscription.cancel();
            R held = resource;
            if (held != null) {
                bodyFailed(held, error);
            }
        }
    }

    @Override
    public void request(long n) {
        bodySubscription.request(n);
    }

    @Override
    public void cancel() {
        interruption.dispose();
        if (state.compareAndSet(State.ACQUIRING, State.CANCELLED)) {
            acquireSubscription.cancel();
        } else if (state.compareAndSet(State.RUNNING, State.CANCELLED)) {
            bodySubscription.cancel();
            R held = resource;
            if (held != null) {
                endDetached(held);
            }
        }
    }

    private void endDetached(R held) {
        end(
                () -> ends.onCancel(held),
                error -> LOGGER.warn("Giving a resource back after a cancel failed", error),
                () -> {});
    }

    private void acquired(R acquired) {
        resource = acquired;
        if (!state.compareAndSet(State.ACQUIRING, State.RUNNING)) {
            endDetached(acquired);
            return;
        }
        Publisher<? extends T> publisher;
        try {
            publisher = body.apply(acquired);
        } catch (Throwable error) {
            publisher = Mono.error(error);
        }
        publisher.subscribe(new Body(acquired));
    }

    private void bodyFailed(R held, Throwable error) {
        interruption.dispose();
        end(
                () -> ends.onError(held, error),
                second -> {
                    if (second != error) {
                        error.addSuppressed(second);
                    }
                    actual.onError(error);
                },
                () -> actual.onError(error));
    }

    private void bodyCompleted(R held) {
        interruption.dispose();
        end(() -> ends.onComplete(held), actual::onError, actual::onComplete);
    }

    private void end(Supplier<Publisher<?>> end, Consumer<Throwable> failed, Runnable completed) {
        Publisher<?> publisher;
        try {
            publisher = end.get();
        } catch (Throwable error) {
            Exceptions.throwIfFatal(error);
            publisher = Mono.error(error);
        }
        publisher.subscribe(new End(actual.currentContext(), failed, completed));
    }

    /** Runs an end to its own end; nobody can cancel it. */
    private record End(Context currentContext, Consumer<Throwable> failed, Runnable completed)
            implements CoreSubscriber<Object> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object ignored) {}

        @Override
        public void onError(Throwable error) {
            failed.accept(error);
        }

        @Override
        public void onComplete() {
            completed.run();
        }
    }

    private final class Acquirer implements CoreSubscriber<R> {

        private boolean done;

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            acquireSubscription.set(subscription);
            acquireSubscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(R acquired) {
            if (done) {
                endDetached(acquired);
                return;
            }
            done = true;
            acquired(acquired);
        }

        @Override
        public void onError(Throwable error) {
            if (!done && state.compareAndSet(State.ACQUIRING, State.ENDING)) {
                done = true;
                interruption.dispose();
                actual.onError(error);
            } else {
                LOGGER.debug("An acquisition failed when nobody waited for it any more", error);
            }
        }

        @Override
        public void onComplete() {
            if (!done && state.compareAndSet(State.ACQUIRING, State.ENDING)) {
                done = true;
                interruption.dispose();
                actual.onComplete();
            }
        }
    }

    private final class Body implements CoreSubscriber<T> {

        private final R held;

        Body(R held) {
            this.held = held;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            bodySubscription.set(subscription);
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        public void onError(Throwable error) {
            if (state.compareAndSet(State.RUNNING, State.ENDING)) {
                bodyFailed(held, error);
            } else {
                LOGGER.debug("A body failed after it had been cancelled", error);
            }
        }

        @Override
        public void onComplete() {
            if (state.compareAndSet(State.RUNNING, State.ENDING)) {
                bodyCompleted(held);
            }
        }
    }
}
