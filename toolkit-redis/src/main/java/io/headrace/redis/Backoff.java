package io.headrace.redis;

import java.time.Duration;

/**
 * Exponential waiting times with jitter: doubles from {@code first} up to {@code most}, then spread by half.
 *
 * @param first the wait after the first failure
 * @param most the longest wait before jitter
 */
record Backoff(Duration first, Duration most) {

    private static final int MAX_DOUBLINGS = 30;
    private static final double SPREAD = 0.5;

    Duration delay(int failures, Timing timing) {
        long factor = 1L << Math.min(MAX_DOUBLINGS, Math.max(0, failures - 1));
        long millis = Math.min(most.toMillis(), first.toMillis() * factor);
        return timing.jitter(Duration.ofMillis(millis), SPREAD);
    }
}
