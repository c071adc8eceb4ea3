package io.headrace.core.connection;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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

    private Scope(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends) {
        this.acquire = acquire;
        this.body = body;
        this.ends = ends;
    }

    /** A stream whose elements are passed on as they come, before the end has run. */
    public static <R, T> Flux<T> flux(
            Publisher<? extends R> acquire,
            Function<? super R, ? extends Publisher<? extends T>> body,
            ScopeEnds<R> ends) {
        return new Scope<>(acquire, body, ends);
    }

    /** A single value that is emitted only after the end has run without error. */
    public static <R, T> Mono<T> mono(
            Publisher<? extends R> acquire, Function<? super R, ? extends Mono<? extends T>> body, ScopeEnds<R> ends) {
        return Mono.defer(() -> {
            Held<T> held = new Held<>();
            Flux<T> silent = flux(
                    acquire,
                    resource -> body.apply(resource).doOnNext(held::set).ignoreElement(),
                    ends);
            return silent.then(Mono.fromSupplier(held::get));
        });
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        ScopeSubscription<R, T> subscription = new ScopeSubscription<>(actual, body, ends);
        actual.onSubscribe(subscription);
        acquire.subscribe(subscription.acquirer());
    }
}
