package io.headrace.redis;

import java.time.Duration;

/** Settings of a {@link Cache}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class CacheConfig {

    private final Duration timeToLive;
    private final double timeToLiveJitter;
    private final Duration loadTimeout;
    private final Duration redisTimeout;

    private CacheConfig(Builder builder) {
        timeToLive = Settings.positive("ttl", builder.timeToLive);
        timeToLiveJitter = builder.timeToLiveJitter;
        loadTimeout = Settings.positive("loadTimeout", builder.loadTimeout);
        redisTimeout = Settings.positive("redisTimeout", builder.redisTimeout);
        if (!(timeToLiveJitter >= 0 && timeToLiveJitter <= 0.5)) {
            throw new IllegalArgumentException("ttlJitter must be from 0 to 0.5 but is " + timeToLiveJitter + ".");
        }
    }

    /**
     * Starts from the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How long a value stays, before jitter.
     *
     * @return the time, 5 min unless set
     */
    public Duration ttl() {
        return timeToLive;
    }

    /**
     * By which share each time to live is randomly made shorter or longer.
     *
     * @return from 0 to 0.5; 0.1 unless set
     */
    public double ttlJitter() {
        return timeToLiveJitter;
    }

    /**
     * How long a load may take.
     *
     * @return the time, 30 s unless set
     */
    public Duration loadTimeout() {
        return loadTimeout;
    }

    /**
     * How long a flight waits for each answer of Redis before it goes on without.
     *
     * @return the time, 500 ms unless set
     */
    public Duration redisTimeout() {
        return redisTimeout;
    }

    /** Collects settings for a {@link CacheConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** Long enough to take the load off a database, short enough that a forgotten invalidation heals itself. */
        private Duration timeToLive = Duration.ofMinutes(5);

        /** Values that were cached together do not expire together. */
        private double timeToLiveJitter = 0.1;

        /** Longer than any query that a caller still waits for. */
        private Duration loadTimeout = Duration.ofSeconds(30);

        /** A cache that is slower than this helps nobody; the command deadline is far too long here. */
        private Duration redisTimeout = Duration.ofMillis(500);

        private Builder() {}

        /**
         * Sets {@link CacheConfig#ttl()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder ttl(Duration value) {
            timeToLive = value;
            return this;
        }

        /**
         * Sets {@link CacheConfig#ttlJitter()}.
         *
         * @param share from 0 (none) to 0.5
         * @return this builder
         */
        public Builder ttlJitter(double share) {
            timeToLiveJitter = share;
            return this;
        }

        /**
         * Sets {@link CacheConfig#loadTimeout()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder loadTimeout(Duration value) {
            loadTimeout = value;
            return this;
        }

        /**
         * Sets {@link CacheConfig#redisTimeout()}.
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
        public CacheConfig build() {
            return new CacheConfig(this);
        }
    }
}
