package io.headrace.redis;

import java.time.Duration;

/** Settings of a {@link JobQueue}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class JobQueueConfig {

    private final Duration firstRetryDelay;
    private final Duration maxRetryDelay;
    private final int maxDeadLetters;

    private JobQueueConfig(Builder builder) {
        firstRetryDelay = Settings.positive("firstRetryDelay", builder.firstRetryDelay);
        maxRetryDelay = Settings.positive("maxRetryDelay", builder.maxRetryDelay);
        Settings.ordered("firstRetryDelay", firstRetryDelay, "maxRetryDelay", maxRetryDelay);
        maxDeadLetters = Settings.between("maxDeadLetters", builder.maxDeadLetters, 1, 100_000_000);
    }

    /**
     * The defaults.
     *
     * @return a configuration for jobs of some seconds
     */
    public static JobQueueConfig defaults() {
        return builder().build();
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
     * The wait before the second attempt; it doubles with each attempt and is jittered by half.
     *
     * @return the time, 1 s unless set
     */
    public Duration firstRetryDelay() {
        return firstRetryDelay;
    }

    /**
     * The longest wait between two attempts, before jitter.
     *
     * @return the time, 5 min unless set
     */
    public Duration maxRetryDelay() {
        return maxRetryDelay;
    }

    /**
     * About how many dead letters are kept; the oldest go first.
     *
     * @return the number, 10 000 unless set
     */
    public int maxDeadLetters() {
        return maxDeadLetters;
    }

    /** Collects settings for a {@link JobQueueConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** Long enough for a lock or a restart to pass, short enough for a person who waits. */
        private Duration firstRetryDelay = Duration.ofSeconds(1);

        /** A system that is back should not be left waiting for longer. */
        private Duration maxRetryDelay = Duration.ofMinutes(5);

        /** Enough to find a pattern in; a flood of failures must not fill the memory of the server. */
        private int maxDeadLetters = 10_000;

        private Builder() {}

        /**
         * Sets {@link JobQueueConfig#firstRetryDelay()} and {@link JobQueueConfig#maxRetryDelay()}.
         *
         * @param first at least 1 ms
         * @param most at least {@code first}
         * @return this builder
         */
        public Builder retryDelay(Duration first, Duration most) {
            firstRetryDelay = first;
            maxRetryDelay = most;
            return this;
        }

        /**
         * Sets {@link JobQueueConfig#maxDeadLetters()}.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxDeadLetters(int value) {
            maxDeadLetters = value;
            return this;
        }

        /**
         * Validates the settings.
         *
         * @return the configuration
         * @throws IllegalArgumentException when a setting is out of its range, with its name and the range
         */
        public JobQueueConfig build() {
            return new JobQueueConfig(this);
        }
    }
}
