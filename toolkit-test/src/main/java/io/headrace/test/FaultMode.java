package io.headrace.test;

import java.time.Duration;
import java.util.OptionalInt;

/** What a proxy does to the bytes that pass. */
record FaultMode(Duration delay, OptionalInt bytesPerSecond, boolean swallows) {

    private static final int SLICES_PER_SECOND = 50;

    static FaultMode forwarding() {
        return new FaultMode(Duration.ZERO, OptionalInt.empty(), false);
    }

    static FaultMode delaying(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: must not be negative, is " + delay);
        }
        return new FaultMode(delay, OptionalInt.empty(), false);
    }

    static FaultMode throttling(int bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "bytesPerSecond: must be at least 1, is %d. Use blackHole() for a link that carries nothing."
                            .formatted(bytesPerSecond));
        }
        return new FaultMode(Duration.ZERO, OptionalInt.of(bytesPerSecond), false);
    }

    static FaultMode swallowing() {
        return new FaultMode(Duration.ZERO, OptionalInt.empty(), true);
    }

    /** How many of the waiting bytes may go at once, small enough for an even flow. */
    int slice(int waiting) {
        return bytesPerSecond.isPresent()
                ? Math.min(waiting, Math.max(1, bytesPerSecond.getAsInt() / SLICES_PER_SECOND))
                : waiting;
    }

    /** How long the line is busy with that many bytes. */
    long busyNanos(int bytes) {
        return bytesPerSecond.isPresent() ? bytes * 1_000_000_000L / bytesPerSecond.getAsInt() : 0;
    }
}
