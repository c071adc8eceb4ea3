package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Cancels the driver, which for a statement that is read in chunks means: discard the current chunk, close the portal. A
 * stop request alone would not do, since between two chunks there is nothing on the server that it could stop.
 */
final class StreamingFlux<T> extends TrackedFlux<T> {

    // Most chunks are done by then, and the request costs a connection of its own.
    private static final Duration PATIENCE = Duration.ofMillis(20);

    StreamingFlux(
            Session session,
            StatementLabel label,
            @Nullable String text,
            Supplier<? extends Publisher<? extends T>> source) {
        super(session, label, text, source);
    }

    @Override
    void cancelled(Subscription upstream, Runnable ended) {
        Session session = session();
        upstream.cancel();
        Disposable stop = Mono.delay(PATIENCE, session.timer()).subscribe(tick -> session.stopAfterCancel());
        session.probe()
                .onErrorComplete()
                .doFinally(signal -> {
                    stop.dispose();
                    ended.run();
                })
                .subscribe();
    }
}
