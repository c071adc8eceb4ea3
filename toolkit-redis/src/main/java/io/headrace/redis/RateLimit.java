package io.headrace.redis;

import java.time.Duration;

/**
 * So many permits in a period: immutable, validated when made.
 *
 * @param permits from 1 to 1 000 000 000
 * @param period from 1 ms to 3650 days
 * @param burst how many permits may be used at once after a quiet time, from 1 to 1 000 000 000; GCRA only
 */
public record RateLimit(long permits, Duration period, long burst) {

    private static final long MOST = 1_000_000_000;

    /** The script counts whole microseconds between permits; from here on the rounding is at most one in a hundred. */
    private static final long LEAST_ROUNDED_MICROS = 100;

    /** What the numbers of Lua hold exactly, with room for the time of day. */
    private static final long MOST_MICROS = 4_000_000_000_000_000L;

    /**
     * Validates the limit.
     *
     * @throws IllegalArgumentException when a number is out of its range, or permits follow each other too closely
     */
    public RateLimit {
        if (permits < 1 || permits > MOST || burst < 1 || burst > MOST) {
            throw new IllegalArgumentException(
                    "permits and burst must be from 1 to " + MOST + " but are " + permits + " and " + burst + ".");
        }
        long micros = Settings.positive("period", period).toMillis() * 1_000;
        long interval = (micros + permits - 1) / permits;
        if (interval < LEAST_ROUNDED_MICROS && micros % permits != 0) {
            throw new IllegalArgumentException(permits + " permits in " + Wording.duration(period)
                    + " are less than 100 us apart and cannot be counted in whole microseconds. Take a number that divides "
                    + micros + ", or a longer period.");
        }
        if (interval > MOST_MICROS / burst) {
            throw new IllegalArgumentException("A burst of " + burst + " would take more than 120 years to come back.");
        }
    }

    /**
     * A limit whose burst is all permits of the period.
     *
     * @param permits from 1 to 1 000 000 000
     * @param period from 1 ms to 3650 days
     * @return the limit
     */
    public static RateLimit of(long permits, Duration period) {
        return new RateLimit(permits, period, permits);
    }

    /**
     * This limit with another burst.
     *
     * @param size from 1 to 1 000 000 000
     * @return the limit
     */
    public RateLimit withBurst(long size) {
        return new RateLimit(permits, period, size);
    }

    /** The time from permit to permit, rounded up so that the limit is never exceeded. */
    long intervalMicros() {
        return (period.toMillis() * 1_000 + permits - 1) / permits;
    }

    long toleranceMicros() {
        return intervalMicros() * burst;
    }
}
