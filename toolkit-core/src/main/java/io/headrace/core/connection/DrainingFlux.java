package io.headrace.core.connection;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

/**
 * Never cancels the driver, which can hang for good when a result without chunks is cancelled (the windows of
 * r2dbc-postgresql's simple queries): a cancel becomes a stop request to the server, and the rest is read and discarded.
 */
final class DrainingFlux<T> extends TrackedFlux<T> {

    DrainingFlux(Session session, Publisher<? extends T> source) {
        super(session, source);
    }

    @Override
    void cancelled(Session session, Subscription upstream, Runnable ended) {
        session.stopAfterCancel().subscribe();
        upstream.request(Long.MAX_VALUE);
    }
}
