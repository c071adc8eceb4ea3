package io.headrace.pool;

import io.r2dbc.spi.Result;
import java.util.function.Function;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Keeps a caller's function away from the driver: an error that it throws must not end the driver's stream, and it is not
 * called any more once its caller has gone.
 */
final class RowGuard {

    /** Stands for an element that nobody will see. */
    private static final Object NOTHING = new Object();

    private record Failure(Throwable reason) {}

    private volatile boolean gone;

    void callerGone() {
        gone = true;
    }

    /** What the function gives, or why it gives nothing. */
    Object call(Supplier<?> function) {
        if (gone) {
            return NOTHING;
        }
        try {
            Object mapped = function.get();
            return mapped == null
                    ? new Failure(new NullPointerException("The mapping function returned null"))
                    : mapped;
        } catch (Throwable error) {
            Exceptions.throwIfFatal(error);
            return new Failure(error);
        }
    }

    Publisher<?> flatten(Result.Segment segment, Function<Result.Segment, ? extends Publisher<?>> function) {
        Object mapped = call(() -> function.apply(segment));
        return mapped instanceof Publisher<?> publisher
                ? Flux.<Object>from(publisher).onErrorResume(error -> Mono.just(new Failure(error)))
                : Mono.just(mapped);
    }

    @SuppressWarnings("unchecked") // the function made it
    static <T> void unpack(Object element, SynchronousSink<T> sink) {
        if (element instanceof Failure failure) {
            sink.error(failure.reason());
        } else if (element != NOTHING) {
            sink.next((T) element);
        }
    }
}
