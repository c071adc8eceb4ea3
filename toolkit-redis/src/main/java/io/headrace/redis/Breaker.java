package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps callers from waiting for a server that does not answer: after some failures in a row it lets only one attempt
 * through from time to time, until one succeeds. Safe for use by any thread.
 */
final class Breaker {

    /** One slow answer is no outage; five in a row are. */
    private static final int FAILURES = 5;

    /** Soon enough to notice that the server is back, seldom enough to cost nothing. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Timing timing;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nextAttempt = new AtomicLong();

    Breaker(Timing timing) {
        this.timing = timing;
    }

    /** Whether an attempt may be made now; while open, one caller in each pause gets a yes. */
    boolean permits() {
        if (failures.get() < FAILURES) {
            return true;
        }
        long due = nextAttempt.get();
        long now = timing.nanos();
        return now - due >= 0 && nextAttempt.compareAndSet(due, now + PAUSE.toNanos());
    }

    void succeeded() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    void failed() {
        if (failures.incrementAndGet() == FAILURES) {
            nextAttempt.set(timing.nanos() + PAUSE.toNanos());
        }
    }
}
