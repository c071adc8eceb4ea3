package io.headrace.core.connection;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Acquires a resource, runs a body with it and gives it back: {@link Flux#usingWhen} with stricter promises. A resource
 * that arrives when its subscriber has already gone is still given back, the end that runs is decided in one place even if
 * completion and cancel race, and an end that has begun is never cancelled.
 *
 * <p>Emits what the body emits; completion and errors of the body are passed on after the end has run. Cold, and each
 * subscription acquires its own resource. Signals arrive on the thread of the body or of the end. A cancel while
 * acquiring cancels the acquisition; a cancel of the body cancels the body and runs {@link ScopeEnds#onCancel} detached.
 *
 * @param <R> the resource
 * @param <T> what the body emits
 */
public final class Scope<R, T> extends Flux<T> {

    private final Publisher<? extends R> acquire;
    private final Function<? super R, ? extends Publisher<? extends T>> body;
    private final ScopeEnds<R> ends;
    private final Mono<? extends Throwable> interruption;

    private Scope(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends,
            Mono<? extends Throwable> interruption) {
        this.acquire = acquire;
        this.body = body;
        this.ends = ends;
        this.interruption = interruption;
    }

    /** A stream whose elements are passed on as they come, before the end has run. */
    public static <R, T> Flux<T> flux(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends) {
        return flux(acquire, body, ends, Mono.never());
    }

    /**
     * The same, which fails where the interruption gives an error while the resource is awaited or the body runs: the
     * acquisition is cancelled, or the body is and {@link ScopeEnds#onError} runs. It has no effect on an end that has begun.
     *
     * @param interruption {@link Mono#never()} for none; cancelled when it is not needed any more
     */
    public static <R, T> Flux<T> flux(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends,
            Mono<? extends Throwable> interruption) {
        return new Scope<>(acquire, body, ends, interruption);
    }

    /** A single value that is emitted only after the end has run without error. */
    public static <R, T> Mono<T> mono(
            Publisher<? extends R> acquire, Function<? super R, ? extends Mono<? extends T>> body, ScopeEnds<R> ends) {
        return mono(acquire, body, ends, Mono.never());
    }

    /** The same, which can be interrupted as {@link #flux(Publisher, Function, ScopeEnds, Mono)} can. */
    public static <R, T> Mono<T> mono(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Mono<? extends T>> body,
            ScopeEnds<R> ends,
            Mono<? extends Throwable> interruption) {
        return Mono.defer(() -> {
            Held<T> held = new Held<>();
            Flux<T> silent = flux(
                    acquire,
                    resource -> body.apply(resource).doOnNext(held::set).ignoreElement(),
                    ends,
                    interruption);
            return silent.then(Mono.fromSupplier(held::get));
        });
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        // The body may still be emitting when the interruption has ended it from another thread.
        boolean interruptible = interruption != Mono.<Throwable>never();
        ScopeSubscription<R, T> subscription =
                new ScopeSubscription<>(interruptible ? Operators.serialize(actual) : actual, body, ends);
        actual.onSubscribe(subscription);
        if (interruptible) {
            subscription.interruptedBy(interruption);
        }
        acquire.subscribe(subscription.acquirer());
    }
}
