package io.headrace.redis;

import java.time.Duration;

/**
 * How {@link JobQueue#consume} works: immutable, validated when built. Every default stands once, in {@link Builder}.
 * All consumers of a queue should have the same lease time.
 */
public final class ConsumeOptions {

    private final int concurrency;
    private final int maxAttempts;
    private final Duration leaseTime;

    private ConsumeOptions(Builder builder) {
        concurrency = Settings.between("concurrency", builder.concurrency, 1, 1_000);
        maxAttempts = Settings.between("maxAttempts", builder.maxAttempts, 1, 1_000_000);
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
     * How often a job is tried before it is dead.
     *
     * @return the number, 5 unless set
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * After which time without a sign of life another consumer takes a job over.
     *
     * @return the time, 30 s unless set
     */
    public Duration leaseTime() {
        return leaseTime;
    }

    /** Collects {@link ConsumeOptions}; not safe for use by several threads. */
    public static final class Builder {

        /** Handlers mostly wait for others; more would only hold jobs that another consumer could have. */
        private int concurrency = 16;

        /** With the default delays about half a minute: rides out a restart of whatever the handler calls. */
        private int maxAttempts = 5;

        /** Bridges pauses and reconnects; a crash delays a job by this much. */
        private Duration leaseTime = Duration.ofSeconds(30);

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
