package io.headrace.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How {@link JobQueue#consume} works: immutable, validated when built. Every default stands once, in {@link Builder}.
 */
public final class ConsumeOptions {

    private final int concurrency;
    private final int maxAttempts;
    private final int maxDeliveries;
    private final Duration leaseTime;
    private final Duration timeLimit;
    private final Optional<Duration> firstRetryDelay;
    private final Optional<Duration> maxRetryDelay;

    private ConsumeOptions(Builder builder) {
        concurrency = Settings.between("concurrency", builder.concurrency, 1, 1_000);
        maxAttempts = Settings.between("maxAttempts", builder.maxAttempts, 1, 1_000_000);
        maxDeliveries = Settings.between("maxDeliveries", builder.maxDeliveries, 1, 1_000_000);
        timeLimit = Settings.positive("timeLimit", builder.timeLimit);
        firstRetryDelay = builder.firstRetryDelay.map(delay -> Settings.positive("firstRetryDelay", delay));
        maxRetryDelay = builder.maxRetryDelay.map(delay -> Settings.positive("maxRetryDelay", delay));
        firstRetryDelay.ifPresent(
                first -> Settings.ordered("firstRetryDelay", first, "maxRetryDelay", maxRetryDelay.orElseThrow()));
        leaseTime = Settings.positive("leaseTime", builder.leaseTime);
        if (leaseTime.toMillis() < 30) {
            throw new IllegalArgumentException(
                    "leaseTime must be at least 30 ms, because it is extended three times meanwhile, but is "
                            + leaseTime + ".");
        }
    }

    /**
     * The defaults.
     *
     * @return options that suit handlers of some seconds
     */
    public static ConsumeOptions defaults() {
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
     * How many handlers run at a time.
     *
     * @return the number, 16 unless set
     */
    public int concurrency() {
        return concurrency;
    }

    /**
     * How often a job is tried before it is dead, where {@link EnqueueOptions#maxAttempts()} does not say it. Only failures of
     * handlers count.
     *
     * @return the number, 5 unless set
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * After which time without a sign of life another consumer takes a job over. Consumers of one queue may differ.
     *
     * @return the time, 30 s unless set
     */
    public Duration leaseTime() {
        return leaseTime;
    }

    /**
     * How often one attempt is handed to a consumer before the job is dead: more than once only when consumers die over it or
     * lose their lease. From the third time on a consumer has one such job at a time, so that what kills it can be told from
     * what only stood beside.
     *
     * @return the number, 5 unless set
     */
    public int maxDeliveries() {
        return maxDeliveries;
    }

    /**
     * How long a handler may take. One that takes longer is cancelled and counts as failed; {@link Job#extend} gives it more.
     *
     * @return the time, 15 min unless set
     */
    public Duration timeLimit() {
        return timeLimit;
    }

    Duration firstRetryDelay(JobQueueConfig config) {
        return firstRetryDelay.orElseGet(config::firstRetryDelay);
    }

    Duration maxRetryDelay(JobQueueConfig config) {
        return maxRetryDelay.orElseGet(config::maxRetryDelay);
    }

    /** Collects {@link ConsumeOptions}; not safe for use by several threads. */
    public static final class Builder {

        /** Handlers mostly wait for others; more would only hold jobs that another consumer could have. */
        private int concurrency = 16;

        /** With the default delays about half a minute: rides out a restart of whatever the handler calls. */
        private int maxAttempts = 5;

        /** Bridges pauses and reconnects; a crash delays a job by this much. */
        private Duration leaseTime = Duration.ofSeconds(30);

        /** Survives some restarts of workers; what kills each of them costs no more than that many. */
        private int maxDeliveries = 5;

        /** A handler that hangs must give its place back some time. */
        private Duration timeLimit = Duration.ofMinutes(15);

        private Optional<Duration> firstRetryDelay = Optional.empty();
        private Optional<Duration> maxRetryDelay = Optional.empty();

        private Builder() {}

        /**
         * Sets {@link ConsumeOptions#concurrency()}.
         *
         * @param value from 1 to 1 000
         * @return this builder
         */
        public Builder concurrency(int value) {
            concurrency = value;
            return this;
        }

        /**
         * Sets {@link ConsumeOptions#maxAttempts()}.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxAttempts(int value) {
            maxAttempts = value;
            return this;
        }

        /**
         * Sets {@link ConsumeOptions#leaseTime()}.
         *
         * @param value at least 30 ms
         * @return this builder
         */
        public Builder leaseTime(Duration value) {
            leaseTime = value;
            return this;
        }

        /**
         * Sets {@link ConsumeOptions#maxDeliveries()}.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxDeliveries(int value) {
            maxDeliveries = value;
            return this;
        }

        /**
         * Sets {@link ConsumeOptions#timeLimit()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder timeLimit(Duration value) {
            timeLimit = value;
            return this;
        }

        /**
         * Sets the wait before the second attempt and the longest wait, for this consumer instead of those of
         * {@link JobQueueConfig}.
         *
         * @param first at least 1 ms; it doubles with each attempt and is jittered by half
         * @param most at least {@code first}
         * @return this builder
         */
        public Builder retryDelay(Duration first, Duration most) {
            firstRetryDelay = Optional.of(first);
            maxRetryDelay = Optional.of(most);
            return this;
        }

        /**
         * Validates the options.
         *
         * @return the options
         * @throws IllegalArgumentException when one is out of its range, with its name and the range
         */
        public ConsumeOptions build() {
            return new ConsumeOptions(this);
        }
    }
}
