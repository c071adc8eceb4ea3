package io.headrace.redis;

import java.time.Duration;

/**
 * Settings of the part of a {@link Cache} that lies in this process; see {@link CacheConfig#near()}. Immutable. It needs
 * {@code com.github.ben-manes.caffeine:caffeine}, an optional dependency.
 *
 * @param maximumEntries how many decoded values are kept at most; those that are of least use go first
 * @param maximumAge how long each is kept at most
 * @param maximumDelay how old the last proof may be that every change has been heard of; without a newer one values are read
 *     from Redis again. A quarter of it is the pause between proofs, each a small message
 */
public record NearCacheConfig(int maximumEntries, Duration maximumAge, Duration maximumDelay) {

    /** Bounds what a wrong clock or an operator's mistake can do. */
    private static final Duration AGE = Duration.ofMinutes(1);

    /** Longer than a pause of a healthy process or server, short against the time in which people notice. */
    private static final Duration DELAY = Duration.ofSeconds(2);

    private static final Duration LEAST_DELAY = Duration.ofMillis(100);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when a setting is out of its range, with its name and the range
     */
    public NearCacheConfig {
        maximumEntries = Settings.between("near.maximumEntries", maximumEntries, 1, 100_000_000);
        maximumAge = Settings.positive("near.maximumAge", maximumAge);
        maximumDelay = Settings.positive("near.maximumDelay", maximumDelay);
        Settings.ordered("the least near.maximumDelay", LEAST_DELAY, "near.maximumDelay", maximumDelay);
    }

    /**
     * The defaults but for the size.
     *
     * @param maximumEntries from 1 to 100 000 000
     * @return settings with an age of 1 min and a delay of 2 s
     */
    public static NearCacheConfig of(int maximumEntries) {
        return new NearCacheConfig(maximumEntries, AGE, DELAY);
    }

    /**
     * Changes the age.
     *
     * @param age at least 1 ms
     * @return settings with that age
     */
    public NearCacheConfig withMaximumAge(Duration age) {
        return new NearCacheConfig(maximumEntries, age, maximumDelay);
    }

    /**
     * Changes the delay.
     *
     * @param delay at least 100 ms
     * @return settings with that delay
     */
    public NearCacheConfig withMaximumDelay(Duration delay) {
        return new NearCacheConfig(maximumEntries, maximumAge, delay);
    }
}
