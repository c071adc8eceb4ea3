package io.headrace.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Settings of a {@link RateLimiter}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class RateLimiterConfig {

    private static final int MOST_LIMITS = 8;

    private final List<RateLimit> limits;
    private final RateAlgorithm algorithm;
    private final RateFallback fallback;
    private final Duration redisTimeout;

    private RateLimiterConfig(Builder builder) {
        limits = List.copyOf(builder.limits);
        algorithm = builder.algorithm;
        fallback = builder.fallback;
        redisTimeout = Settings.positive("redisTimeout", builder.redisTimeout);
        if (limits.isEmpty() || limits.size() > MOST_LIMITS) {
            throw new IllegalArgumentException(
                    "A rate limiter needs from 1 to " + MOST_LIMITS + " limits but has " + limits.size() + ".");
        }
        if (algorithm == RateAlgorithm.SLIDING_WINDOW) {
            limits.forEach(limit -> {
                if (limit.burst() != limit.permits()) {
                    throw new IllegalArgumentException("A sliding window has no burst of its own, but " + limit
                            + " sets one. Use GCRA, or leave burst away.");
                }
            });
        }
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder, which needs at least one limit
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The limits, all of which must allow a request.
     *
     * @return from 1 to 8
     */
    public List<RateLimit> limits() {
        return limits;
    }

    /**
     * How is counted.
     *
     * @return GCRA unless set
     */
    public RateAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * What decides while Redis does not answer.
     *
     * @return LOCAL unless set
     */
    public RateFallback fallback() {
        return fallback;
    }

    /**
     * How long an answer of Redis is waited for.
     *
     * @return the time, 500 ms unless set
     */
    public Duration redisTimeout() {
        return redisTimeout;
    }

    /** The most that may be asked for at once. */
    long mostAtOnce() {
        return limits.stream().mapToLong(RateLimit::burst).min().orElse(0);
    }

    /** Collects settings for a {@link RateLimiterConfig}; not safe for use by several threads. */
    public static final class Builder {

        private final List<RateLimit> limits = new ArrayList<>();

        /** Exact, and it takes the least memory and work. */
        private RateAlgorithm algorithm = RateAlgorithm.GCRA;

        /** Neither lets everything through nor stops everything because of an outage elsewhere. */
        private RateFallback fallback = RateFallback.LOCAL;

        /** The request that is limited should not wait longer for the limiter than for its work. */
        private Duration redisTimeout = Duration.ofMillis(500);

        private Builder() {}

        /**
         * Adds a limit whose burst is all permits of the period.
         *
         * @param permits from 1 to 1 000 000 000
         * @param period from 1 ms to 3650 days
         * @return this builder
         */
        public Builder limit(long permits, Duration period) {
            return limit(RateLimit.of(permits, period));
        }

        /**
         * Adds a limit.
         *
         * @param limit up to 8 may be added
         * @return this builder
         */
        public Builder limit(RateLimit limit) {
            limits.add(limit);
            return this;
        }

        /**
         * Sets {@link RateLimiterConfig#algorithm()}.
         *
         * @param value how to count
         * @return this builder
         */
        public Builder algorithm(RateAlgorithm value) {
            algorithm = value;
            return this;
        }

        /**
         * Sets {@link RateLimiterConfig#fallback()}.
         *
         * @param value what decides without Redis
         * @return this builder
         */
        public Builder fallback(RateFallback value) {
            fallback = value;
            return this;
        }

        /**
         * Sets {@link RateLimiterConfig#redisTimeout()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder redisTimeout(Duration value) {
            redisTimeout = value;
            return this;
        }

        /**
         * Validates the settings.
         *
         * @return the configuration
         * @throws IllegalArgumentException when a setting is out of its range, with its name and the range
         */
        public RateLimiterConfig build() {
            return new RateLimiterConfig(this);
        }
    }
}
