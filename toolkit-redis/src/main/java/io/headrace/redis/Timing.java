package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The one source of time, timers and randomness in this module.
 *
 * @param scheduler runs timers, tells the time and runs job handlers
 * @param random gives numbers from 0 (inclusive) to 1 (exclusive)
 */
record Timing(Scheduler scheduler, DoubleSupplier random) {

    static Timing system() {
        return new Timing(
                Schedulers.parallel(), () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Monotonic: asking a scheduler for nanoseconds reads the monotonic clock, milliseconds would read the wall. */
    long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    /** Milliseconds since 1970; for comparison with a clock elsewhere, never for measuring. */
    long wallMillis() {
        return scheduler.now(TimeUnit.MILLISECONDS);
    }

    Disposable after(Duration delay, Runnable task) {
        return afterNanos(delay.toNanos(), task);
    }

    Disposable afterNanos(long nanos, Runnable task) {
        return scheduler.schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    /** A name that no other process is likely to take. */
    String token() {
        double parts = 0x1p48;
        return Long.toHexString((long) (random.getAsDouble() * parts))
                + Long.toHexString((long) (random.getAsDouble() * parts));
    }

    /** So many random bytes, at least one of which is not zero. */
    byte[] token(int bytes) {
        byte[] token = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            token[i] = (byte) (random.getAsDouble() * 256);
        }
        token[0] |= 1;
        return token;
    }

    /** Spreads a time by up to {@code share} in both directions, so that many clients do not act at once. */
    Duration jitter(Duration duration, double share) {
        double factor = 1 + share * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(Math.max(1, Math.round(duration.toMillis() * factor)));
    }
}
