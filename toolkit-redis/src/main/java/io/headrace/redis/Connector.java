package io.headrace.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Keeps one connection: opens it when first asked, and again after a loss, with back-off and for as long as it takes.
 * Confined to the event loop but for {@link #isDown()}.
 */
final class Connector {

    /** What the owner of the connection wants to know. */
    interface Listener {

        /** There is a connection; its owner starts to listen to it. */
        void opened(Link link);

        /** The server itself refused the connection, for example because of the password. */
        void refused(Throwable error);

        /** The connection is gone, or could not be opened; the next attempt follows by itself. */
        void down();
    }

    private final Supplier<CompletionStage<Link>> opener;
    private final Consumer<Runnable> onLoop;
    private final Timing timing;
    private final Backoff backoff;
    private final Listener listener;
    private volatile boolean down;
    private @Nullable Link link;
    private @Nullable Throwable lastFailure;
    private @Nullable Disposable timer;
    private boolean opening;
    private boolean stopped;
    private int failures;

    Connector(
            Supplier<CompletionStage<Link>> opener,
            Consumer<Runnable> onLoop,
            Timing timing,
            Backoff backoff,
            Listener listener) {
        this.opener = opener;
        this.onLoop = onLoop;
        this.timing = timing;
        this.backoff = backoff;
        this.listener = listener;
    }

    boolean isDown() {
        return down;
    }

    @Nullable
    Link link() {
        return link;
    }

    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** Whether something is under way that ends with a call of the listener. */
    boolean isTrying() {
        return opening || timer != null;
    }

    void ensure() {
        if (link == null && !stopped && !isTrying()) {
            open();
        }
    }

    private void open() {
        opening = true;
        opener.get()
                .whenComplete((opened, error) -> onLoop.accept(() -> {
                    opening = false;
                    if (opened != null) {
                        succeeded(opened);
                    } else {
                        failed(error);
                    }
                }));
    }

    private void succeeded(Link opened) {
        if (stopped) {
            opened.die(null);
            return;
        }
        failures = 0;
        down = false;
        link = opened;
        listener.opened(opened);
    }

    private void failed(@Nullable Throwable error) {
        failures++;
        lastFailure = error;
        down = true;
        if (error != null && Failures.isReply(error)) {
            listener.refused(error);
        }
        retryLater();
        listener.down();
    }

    /** To be told by the link's owner when it died. */
    void lost(Link dead, @Nullable Throwable cause) {
        if (link == dead) {
            link = null;
            lastFailure = cause;
            failures = 1;
            retryLater();
            listener.down();
        }
    }

    private void retryLater() {
        if (stopped) {
            return;
        }
        timer = timing.after(
                backoff.delay(failures, timing),
                () -> onLoop.accept(() -> {
                    timer = null;
                    ensure();
                }));
    }

    /** Closes the connection; what is in flight on it fails. */
    void stop() {
        stopped = true;
        Disposable waiting = timer;
        timer = null;
        if (waiting != null) {
            waiting.dispose();
        }
        Link current = link;
        link = null;
        if (current != null) {
            current.die(null);
        }
    }
}
