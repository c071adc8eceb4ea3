package io.headrace.redis;

import java.time.Duration;

/** Settings of a {@link JobQueue}: immutable, validated when built. Every default stands once, in {@link Builder}. */
public final class JobQueueConfig {

    private final Duration firstRetryDelay;
    private final Duration maxRetryDelay;
    private final int maxDeadLetters;
    private final int maxPayloadBytes;
    private final int maxWaitingJobs;
    private final JobListener listener;

    private JobQueueConfig(Builder builder) {
        firstRetryDelay = Settings.positive("firstRetryDelay", builder.firstRetryDelay);
        maxRetryDelay = Settings.positive("maxRetryDelay", builder.maxRetryDelay);
        Settings.ordered("firstRetryDelay", firstRetryDelay, "maxRetryDelay", maxRetryDelay);
        maxDeadLetters = Settings.between("maxDeadLetters", builder.maxDeadLetters, 1, 100_000_000);
        maxPayloadBytes = Settings.between("maxPayloadBytes", builder.maxPayloadBytes, 1, 128 * 1024 * 1024);
        maxWaitingJobs = Settings.between("maxWaitingJobs", builder.maxWaitingJobs, 1, 10_000_000);
        listener = builder.listener;
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

    /**
     * How many bytes an encoded payload may have; {@link RedisConfig#maxValueBytes()} holds as well.
     *
     * @return the number, 1 MiB unless set
     */
    public int maxPayloadBytes() {
        return maxPayloadBytes;
    }

    /**
     * How many jobs of this queue object may wait in this process for the server to take them. More are refused with a
     * {@link RedisQueueFullException}.
     *
     * @return the number, 16 384 unless set
     */
    public int maxWaitingJobs() {
        return maxWaitingJobs;
    }

    JobListener listener() {
        return listener;
    }

    /** Collects settings for a {@link JobQueueConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** Long enough for a lock or a restart to pass, short enough for a person who waits. */
        private Duration firstRetryDelay = Duration.ofSeconds(1);

        /** A system that is back should not be left waiting for longer. */
        private Duration maxRetryDelay = Duration.ofMinutes(5);

        /** Enough to find a pattern in; a flood of failures must not fill the memory of the server. */
        private int maxDeadLetters = 10_000;

        /** Every job is held in the memory of the server, and copied at each retry. */
        private int maxPayloadBytes = 1024 * 1024;

        /** Some round trips' worth; whoever is faster than that for long needs to hear of it. */
        private int maxWaitingJobs = 16_384;

        private JobListener listener = new JobListener() {};

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
         * Sets {@link JobQueueConfig#maxPayloadBytes()}.
         *
         * @param value from 1 to 128 MiB
         * @return this builder
         */
        public Builder maxPayloadBytes(int value) {
            maxPayloadBytes = value;
            return this;
        }

        /**
         * Sets {@link JobQueueConfig#maxWaitingJobs()}.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxWaitingJobs(int value) {
            maxWaitingJobs = value;
            return this;
        }

        /**
         * Sets who hears what becomes of the jobs; nobody unless set.
         *
         * @param value for example a {@link MicrometerJobListener}
         * @return this builder
         */
        public Builder listener(JobListener value) {
            listener = new SafeJobListener(value);
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
