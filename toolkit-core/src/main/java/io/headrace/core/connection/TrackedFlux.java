package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;

/**
 * A statement of a session between the driver and a subscriber who may go: the session counts it as in flight until it
 * has really ended, and what a cancel means to the driver is decided by the subclass.
 */
abstract class TrackedFlux<T> extends Flux<T> {

    private final Session session;
    private final StatementLabel label;
    private final @Nullable String text;
    private final Supplier<? extends Publisher<? extends T>> source;

    /** @param text what is sent, for the trace of an error; null where there is no single text */
    TrackedFlux(
            Session session,
            StatementLabel label,
            @Nullable String text,
            Supplier<? extends Publisher<? extends T>> source) {
        this.session = session;
        this.label = label;
        this.text = text;
        this.source = source;
    }

    @Override
    public final void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new TrackedStatement<>(actual, this));
    }

    /**
     * The subscriber has gone and the driver is still at work. What comes from now on is discarded.
     *
     * @param ended to be run, at least once, when the driver is done, unless its terminal signal says so
     */
    abstract void cancelled(Subscription upstream, Runnable ended);

    final Session session() {
        return session;
    }

    final StatementLabel label() {
        return label;
    }

    final @Nullable String text() {
        return text;
    }

    /** What the driver gives for it; not subscribed yet. */
    final Publisher<? extends T> source() {
        try {
            return source.get();
        } catch (Throwable error) {
            Exceptions.throwIfFatal(error);
            return Flux.error(error);
        }
    }

    /** Tells of which statement an error of the driver is. */
    final void trace(Throwable error) {
        if (text != null) {
            StatementTrace.add(error, label, text);
        }
    }
}
