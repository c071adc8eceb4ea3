package io.headrace.core.connection;

import org.reactivestreams.Publisher;

/**
 * How a scope gives its resource back: exactly one of the three runs, exactly once, for every resource that was acquired,
 * and runs to its own end even if the subscriber has gone.
 *
 * @param <R> the resource
 */
public interface ScopeEnds<R> {

    /** The body completed. The scope completes after this, or fails with its error. */
    Publisher<?> onComplete(R resource);

    /** The body failed. The scope fails with {@code error} after this; an error of this one is added as suppressed. */
    Publisher<?> onError(R resource, Throwable error);

    /** The subscriber cancelled. Runs detached; its error is logged. */
    Publisher<?> onCancel(R resource);

    /** The same end for all three. */
    static <R> ScopeEnds<R> always(EndFunction<R> end) {
        return new ScopeEnds<>() {
            @Override
            public Publisher<?> onComplete(R resource) {
                return end.end(resource);
            }

            @Override
            public Publisher<?> onError(R resource, Throwable error) {
                return end.end(resource);
            }

            @Override
            public Publisher<?> onCancel(R resource) {
                return end.end(resource);
            }
        };
    }

    /**
     * Gives a resource back.
     *
     * @param <R> the resource
     */
    @FunctionalInterface
    interface EndFunction<R> {
        /** What to run; its elements are ignored. */
        Publisher<?> end(R resource);
    }
}
