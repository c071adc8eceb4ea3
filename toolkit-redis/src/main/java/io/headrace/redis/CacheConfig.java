package io.headrace.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link Cache}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class CacheConfig {

    private final Duration timeToLive;
    private final double timeToLiveJitter;
    private final @Nullable Duration softTimeToLive;
    private final @Nullable Double earlyRefresh;
    private final @Nullable Duration negativeTimeToLive;
    private final int maxValueBytes;
    private final Duration loadTimeout;
    private final Duration fillWait;
    private final Duration redisTimeout;
    private final boolean failing;
    private final @Nullable NearCacheConfig near;

    private CacheConfig(Builder builder) {
        timeToLive = Settings.positive("ttl", builder.timeToLive);
        timeToLiveJitter = builder.timeToLiveJitter;
        softTimeToLive = optional("softTtl", builder.softTimeToLive);
        earlyRefresh = builder.earlyRefresh;
        negativeTimeToLive = optional("negativeTtl", builder.negativeTimeToLive);
        maxValueBytes = Settings.between("maxValueBytes", builder.maxValueBytes, 1, 512 << 20);
        loadTimeout = Settings.positive("loadTimeout", builder.loadTimeout);
        fillWait = Settings.positive("fillWait", builder.fillWait);
        redisTimeout = Settings.positive("redisTimeout", builder.redisTimeout);
        failing = builder.failing;
        near = builder.near;
        if (!(timeToLiveJitter >= 0 && timeToLiveJitter <= 0.5)) {
            throw new IllegalArgumentException("ttlJitter must be from 0 to 0.5 but is " + timeToLiveJitter + ".");
        }
        if (softTimeToLive != null) {
            Settings.ordered("softTtl", softTimeToLive, "ttl", timeToLive);
        }
        if (earlyRefresh != null && !(earlyRefresh > 0 && earlyRefresh <= 100)) {
            throw new IllegalArgumentException(
                    "earlyRefresh must be above 0 and at most 100 but is " + earlyRefresh + ".");
        }
    }

    private static @Nullable Duration optional(String name, @Nullable Duration value) {
        return value == null ? null : Settings.positive(name, value);
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
     * How long a value is fresh, before jitter. A fresh one is just given. One that is older, but within {@link #ttl()}, is
     * given too, and loaded anew in the background.
     *
     * @return the time; none unless set, so that values are fresh as long as they stay
     */
    public Optional<Duration> softTtl() {
        return Optional.ofNullable(softTimeToLive);
    }

    /**
     * How eagerly a value is loaded anew, in the background, before its freshness ends: the beta of XFetch (Vattani,
     * Chierichetti, Lowenstein: "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015). Each read refreshes with a
     * probability that grows towards the end and with the cost of the load; 1 is optimal, more is earlier.
     *
     * @return the factor; none unless set, so that nothing is refreshed early
     */
    public OptionalDouble earlyRefresh() {
        return earlyRefresh == null ? OptionalDouble.empty() : OptionalDouble.of(earlyRefresh);
    }

    /**
     * How long it is remembered that a loader gave nothing, before jitter.
     *
     * @return the time; none unless set, so that each call loads again
     */
    public Optional<Duration> negativeTtl() {
        return Optional.ofNullable(negativeTimeToLive);
    }

    /**
     * The largest encoded value that is stored. A larger one reaches the callers of its load and is not stored.
     *
     * @return bytes, 1 MiB unless set
     */
    public int maxValueBytes() {
        return maxValueBytes;
    }

    /**
     * How long a load may take. A loader that died with its process holds up others for at most this time too.
     *
     * @return the time, 30 s unless set
     */
    public Duration loadTimeout() {
        return loadTimeout;
    }

    /**
     * How long a caller waits for a load that another process has begun, before it loads itself.
     *
     * @return the time, 2 s unless set
     */
    public Duration fillWait() {
        return fillWait;
    }

    /**
     * How long each answer of Redis is waited for, before the cache goes on without.
     *
     * @return the time, 500 ms unless set
     */
    public Duration redisTimeout() {
        return redisTimeout;
    }

    /**
     * Whether an error of Redis reaches the callers of {@code get} and {@code getAll}, instead of a load without the cache.
     *
     * @return false unless set
     */
    public boolean failOnRedisErrors() {
        return failing;
    }

    /**
     * Whether values are also kept decoded in this process, and given from there without asking Redis. They are shared by all
     * callers, so they must be immutable.
     *
     * @return the settings; none unless set, so that each call asks Redis
     */
    public Optional<NearCacheConfig> near() {
        return Optional.ofNullable(near);
    }

    /** Collects settings for a {@link CacheConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** Long enough to take the load off a database, short enough that a forgotten invalidation heals itself. */
        private Duration timeToLive = Duration.ofMinutes(5);

        /** Values that were cached together do not expire together. */
        private double timeToLiveJitter = 0.1;

        /** Who gets a stale value should have asked for it. */
        private @Nullable Duration softTimeToLive;

        /** Loads in the background should have been asked for. */
        private @Nullable Double earlyRefresh;

        /** What is absent may be created the next moment, often by the same user. */
        private @Nullable Duration negativeTimeToLive;

        /** Larger values hold up the other commands of the connection. */
        private int maxValueBytes = 1 << 20;

        /** Longer than any query that a caller still waits for. */
        private Duration loadTimeout = Duration.ofSeconds(30);

        /** Longer than most loads, and what a crash of a loading process costs the next caller. */
        private Duration fillWait = Duration.ofSeconds(2);

        /** A cache that is slower than this helps nobody; the command deadline is far too long here. */
        private Duration redisTimeout = Duration.ofMillis(500);

        /** A cache should not add ways to fail. */
        private boolean failing;

        /** Callers share its values, and it holds a connection: who gets it should have asked for it. */
        private @Nullable NearCacheConfig near;

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
         * Sets {@link CacheConfig#softTtl()}.
         *
         * @param value at least 1 ms and at most the time to live
         * @return this builder
         */
        public Builder softTtl(Duration value) {
            softTimeToLive = value;
            return this;
        }

        /**
         * Sets {@link CacheConfig#earlyRefresh()}.
         *
         * @param beta above 0, at most 100; take 1 unless you have measured
         * @return this builder
         */
        public Builder earlyRefresh(double beta) {
            earlyRefresh = beta;
            return this;
        }

        /**
         * Sets {@link CacheConfig#negativeTtl()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder negativeTtl(Duration value) {
            negativeTimeToLive = value;
            return this;
        }

        /**
         * Sets {@link CacheConfig#maxValueBytes()}.
         *
         * @param value from 1 to 536 870 912; {@link RedisConfig#maxValueBytes()} holds too
         * @return this builder
         */
        public Builder maxValueBytes(int value) {
            maxValueBytes = value;
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
         * Sets {@link CacheConfig#fillWait()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder fillWait(Duration value) {
            fillWait = value;
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
         * Sets {@link CacheConfig#failOnRedisErrors()}.
         *
         * @param value whether errors reach callers
         * @return this builder
         */
        public Builder failOnRedisErrors(boolean value) {
            failing = value;
            return this;
        }

        /**
         * Sets {@link CacheConfig#near()}.
         *
         * @param value for example {@code NearCacheConfig.of(10_000)}
         * @return this builder
         */
        public Builder near(NearCacheConfig value) {
            near = value;
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
