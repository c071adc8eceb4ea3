package io.headrace.redis;

import java.time.Duration;

/** Settings of {@link Leases}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class LeaseConfig {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Duration duration;

    private LeaseConfig(Builder builder) {
        duration = Settings.positive("duration", builder.duration);
        Settings.ordered("the shortest duration", SHORTEST, "duration", duration);
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
     * How long a lease is held without being extended, and so how long others wait for one whose holder died. It is
     * extended every third of this time.
     *
     * @return the time, 30 s unless set
     */
    public Duration duration() {
        return duration;
    }

    /** Collects settings for a {@link LeaseConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** Outlives a pause of the collector and a reconnection; a dead holder is noticed within half a minute. */
        private Duration duration = Duration.ofSeconds(30);

        private Builder() {}

        /**
         * Sets {@link LeaseConfig#duration()}.
         *
         * @param value at least 100 ms
         * @return this builder
         */
        public Builder duration(Duration value) {
            duration = value;
            return this;
        }

        /**
         * Validates the settings.
         *
         * @return the configuration
         * @throws IllegalArgumentException when a setting is out of its range, with its name and the range
         */
        public LeaseConfig build() {
            return new LeaseConfig(this);
        }
    }
}
