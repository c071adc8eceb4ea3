package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

/**
 * Cancels the driver only where that stops the statement. Others can hang for good when a result without chunks is
 * cancelled (the windows of r2dbc-postgresql's simple queries): there a cancel becomes a stop request to the server, and the
 * rest is read and discarded.
 */
final class DrainingFlux<T> extends TrackedFlux<T> {

    DrainingFlux(
            Session session,
            StatementLabel label,
            @Nullable String text,
            Supplier<? extends Publisher<? extends T>> source) {
        super(session, label, text, source);
    }

    @Override
    void cancelled(Subscription upstream, Runnable ended) {
        if (session().stopsOnCancel(text())) {
            upstream.cancel();
            ended.run();
        } else {
            session().stopAfterCancel();
            upstream.request(Long.MAX_VALUE);
        }
    }
}
