package io.headrace.core.connection;

import java.time.Duration;
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

    StreamingFlux(Session session, Publisher<? extends T> source) {
        super(session, source);
    }

    @Override
    void cancelled(Session session, Subscription upstream, Runnable ended) {
        upstream.cancel();
        Disposable stop =
                Mono.delay(PATIENCE).subscribe(tick -> session.stopAfterCancel().subscribe());
        session.probe()
                .onErrorComplete()
                .doFinally(signal -> {
                    stop.dispose();
                    ended.run();
                })
                .subscribe();
    }
}
