package io.headrace.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How {@link JobQueue#enqueue(Object, EnqueueOptions)} adds a job: immutable, validated when built. Every default stands
 * once, in {@link Builder}.
 */
public final class EnqueueOptions {

    private static final EnqueueOptions DEFAULTS = builder().build();

    private final Optional<Duration> delay;
    private final Optional<Instant> dueAt;
    private final JobPriority priority;
    private final Optional<String> uniqueKey;
    private final Duration uniquePeriod;
    private final Map<String, String> headers;
    private final Optional<Integer> maxAttempts;
    private final byte[] encodedHeaders;

    private EnqueueOptions(Builder builder) {
        delay = builder.delay.map(time -> Settings.positive("delay", time));
        dueAt = builder.dueAt;
        if (delay.isPresent() && dueAt.isPresent()) {
            throw new IllegalArgumentException("A job has a delay of " + builder.delay.orElseThrow() + " and is due at "
                    + dueAt.orElseThrow() + ". Set one of them.");
        }
        priority = builder.priority;
        uniqueKey = builder.uniqueKey;
        uniqueKey.ifPresent(EnqueueOptions::checkKey);
        uniquePeriod = Settings.positive("uniquePeriod", builder.uniquePeriod);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
        maxAttempts = builder.maxAttempts.map(value -> Settings.between("maxAttempts", value, 1, 1_000_000));
        encodedHeaders = JobHeaders.encode(headers);
    }

    private static void checkKey(String key) {
        if (key.isEmpty() || key.length() > 500) {
            throw new IllegalArgumentException(
                    "The unique key must have from 1 to 500 characters but has " + key.length() + ".");
        }
    }

    /**
     * The defaults.
     *
     * @return options for a job that may start at once
     */
    public static EnqueueOptions defaults() {
        return DEFAULTS;
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
     * How long after its enqueueing the job may start, by the clock of the server.
     *
     * @return the time, empty unless set
     */
    public Optional<Duration> delay() {
        return delay;
    }

    /**
     * From when on the job may start, by the clock of the server. A moment that has passed means at once.
     *
     * @return the moment, empty unless set
     */
    public Optional<Instant> dueAt() {
        return dueAt;
    }

    /**
     * How urgent it is.
     *
     * @return normal unless set
     */
    public JobPriority priority() {
        return priority;
    }

    /**
     * A key that only one job has within the period: whoever enqueues with the same key gets the id of the first job, and
     * nothing is added, whatever has become of that job.
     *
     * @return the key, empty unless set
     */
    public Optional<String> uniqueKey() {
        return uniqueKey;
    }

    /**
     * How long the unique key is remembered, from the first enqueueing on.
     *
     * @return the time, one day unless set
     */
    public Duration uniquePeriod() {
        return uniquePeriod;
    }

    /**
     * Texts that travel with the job, such as a trace id.
     *
     * @return names and values, none unless set
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * How often the job is tried before it is dead.
     *
     * @return the number, that of {@link ConsumeOptions#maxAttempts()} unless set
     */
    public Optional<Integer> maxAttempts() {
        return maxAttempts;
    }

    byte[] encodedHeaders() {
        return encodedHeaders;
    }

    /** Collects {@link EnqueueOptions}; not safe for use by several threads. */
    public static final class Builder {

        private Optional<Duration> delay = Optional.empty();
        private Optional<Instant> dueAt = Optional.empty();
        private JobPriority priority = JobPriority.NORMAL;
        private Optional<String> uniqueKey = Optional.empty();

        /** Outlives any retry of a producer that was not sure. */
        private Duration uniquePeriod = Duration.ofDays(1);

        private final Map<String, String> headers = new LinkedHashMap<>();
        private Optional<Integer> maxAttempts = Optional.empty();

        private Builder() {}

        /**
         * Sets {@link EnqueueOptions#delay()}.
         *
         * @param value from 1 ms to 3650 days
         * @return this builder
         */
        public Builder delay(Duration value) {
            delay = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link EnqueueOptions#dueAt()}.
         *
         * @param value any moment
         * @return this builder
         */
        public Builder dueAt(Instant value) {
            dueAt = Optional.of(value);
            return this;
        }

        /**
         * Sets {@link EnqueueOptions#priority()}.
         *
         * @param value a level
         * @return this builder
         */
        public Builder priority(JobPriority value) {
            priority = value;
            return this;
        }

        /**
         * Sets {@link EnqueueOptions#uniqueKey()} and {@link EnqueueOptions#uniquePeriod()}.
         *
         * @param key from 1 to 500 characters
         * @param period from 1 ms to 3650 days
         * @return this builder
         */
        public Builder unique(String key, Duration period) {
            uniqueKey = Optional.of(key);
            uniquePeriod = period;
            return this;
        }

        /**
         * Sets {@link EnqueueOptions#uniqueKey()} with the default period.
         *
         * @param key from 1 to 500 characters
         * @return this builder
         */
        public Builder unique(String key) {
            uniqueKey = Optional.of(key);
            return this;
        }

        /**
         * Adds one of {@link EnqueueOptions#headers()}.
         *
         * @param name of the header
         * @param value all headers together may have 8 192 bytes
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /**
         * Sets {@link EnqueueOptions#maxAttempts()}.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxAttempts(int value) {
            maxAttempts = Optional.of(value);
            return this;
        }

        /**
         * Validates the options.
         *
         * @return the options
         * @throws IllegalArgumentException when one is out of its range, with its name and the range
         */
        public EnqueueOptions build() {
            return new EnqueueOptions(this);
        }
    }
}
