package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Asks the sentinels again and again while there are connections, and closes those to a server that is master no more.
 * Asking, unlike listening for their messages, misses nothing when a sentinel goes away.
 */
final class SentinelWatch {

    /** A server that was cut off and still takes itself for the master must not be written to for long. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Locator locator;
    private final LinkRegistry links;
    private final Timing timing;
    private volatile @Nullable Disposable timer;
    private volatile boolean stopped;

    SentinelWatch(Locator locator, LinkRegistry links, Timing timing) {
        this.locator = locator;
        this.links = links;
        this.timing = timing;
    }

    void start() {
        if (!stopped) {
            timer = timing.after(timing.jitter(INTERVAL, 0.2), this::look);
        }
    }

    private void look() {
        if (stopped) {
            return;
        }
        if (links.isEmpty()) {
            start();
            return;
        }
        locator.locate(INTERVAL.multipliedBy(3)).whenComplete((master, error) -> {
            if (master != null) {
                links.closeAllBut(master);
            }
            start();
        });
    }

    void stop() {
        stopped = true;
        Disposable waiting = timer;
        if (waiting != null) {
            waiting.dispose();
        }
    }
}
