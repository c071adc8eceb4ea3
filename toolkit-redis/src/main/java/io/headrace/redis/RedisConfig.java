package io.headrace.redis;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link RedisToolkit}: immutable, validated when built. Every default stands once, in {@link Builder}.
 */
public final class RedisConfig {

    private static final Pattern CLIENT_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private final int connections;
    private final String clientName;
    private final RedisTls tls;
    private final @Nullable RedisListener listener;
    private final Duration connectTimeout;
    private final Duration commandTimeout;
    private final Duration closeTimeout;
    private final Duration firstReconnectDelay;
    private final Duration maxReconnectDelay;
    private final int maxWaitingCommands;
    private final int maxInFlight;
    private final int maxKeyBytes;
    private final int maxValueBytes;

    private RedisConfig(Builder builder) {
        connections = Settings.between("connections", builder.connections, 1, 64);
        clientName = builder.clientName;
        if (!CLIENT_NAME.matcher(builder.clientName).matches()) {
            throw new IllegalArgumentException(
                    "clientName must have from 1 to 64 of A-Z a-z 0-9 . _ : - but is '" + builder.clientName + "'.");
        }
        tls = builder.tls;
        listener = builder.listener;
        connectTimeout = Settings.positive("connectTimeout", builder.connectTimeout);
        commandTimeout = Settings.positive("commandTimeout", builder.commandTimeout);
        closeTimeout = Settings.positive("closeTimeout", builder.closeTimeout);
        firstReconnectDelay = Settings.positive("firstReconnectDelay", builder.firstReconnectDelay);
        maxReconnectDelay = Settings.positive("maxReconnectDelay", builder.maxReconnectDelay);
        Settings.ordered("firstReconnectDelay", firstReconnectDelay, "maxReconnectDelay", maxReconnectDelay);
        maxWaitingCommands = Settings.between("maxWaitingCommands", builder.maxWaitingCommands, 1, 10_000_000);
        maxInFlight = Settings.between("maxInFlight", builder.maxInFlight, 1, 1_000_000);
        maxKeyBytes = Settings.between("maxKeyBytes", builder.maxKeyBytes, 16, 1 << 20);
        maxValueBytes = Settings.between("maxValueBytes", builder.maxValueBytes, 1, 512 << 20);
    }

    /**
     * The defaults.
     *
     * @return a configuration that suits one service and one server in the same network
     */
    public static RedisConfig defaults() {
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
     * How many connections all commands share, each with an event loop of its own; in a cluster, to each master.
     * Subscriptions and blocking reads have further ones.
     *
     * @return the number, 2 unless set
     */
    public int connections() {
        return connections;
    }

    /**
     * What {@code CLIENT LIST} on the server calls the connections.
     *
     * @return the name, {@code headrace} unless set
     */
    public String clientName() {
        return clientName;
    }

    /**
     * Whom to trust on encrypted connections.
     *
     * @return what the Java platform trusts unless set
     */
    public RedisTls tls() {
        return tls;
    }

    /**
     * Who hears of commands and connections.
     *
     * @return the listener, or null for nobody
     */
    public @Nullable RedisListener listener() {
        return listener;
    }

    /**
     * The limit of one attempt to connect: finding the server and the handshake included.
     *
     * @return the time, 5 s unless set
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * The deadline of one command, from the subscription to the reply: waiting, connecting and the server's work.
     *
     * @return the time, 5 s unless set
     */
    public Duration commandTimeout() {
        return commandTimeout;
    }

    /**
     * How long {@link RedisToolkit#close()} waits for work in flight.
     *
     * @return the time, 5 s unless set
     */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * The wait before the first attempt to reconnect; it doubles with each failure and is jittered by half.
     *
     * @return the time, 50 ms unless set
     */
    public Duration firstReconnectDelay() {
        return firstReconnectDelay;
    }

    /**
     * The longest wait between two attempts to reconnect.
     *
     * @return the time, 5 s unless set
     */
    public Duration maxReconnectDelay() {
        return maxReconnectDelay;
    }

    /**
     * How many commands may wait for one connection before further ones are refused.
     *
     * @return the number, 16 384 unless set
     */
    public int maxWaitingCommands() {
        return maxWaitingCommands;
    }

    /**
     * How many commands may be written to one connection without a reply yet.
     *
     * @return the number, 1 024 unless set
     */
    public int maxInFlight() {
        return maxInFlight;
    }

    /**
     * The longest key, namespace included, in UTF-8 bytes.
     *
     * @return the number, 1 024 unless set
     */
    public int maxKeyBytes() {
        return maxKeyBytes;
    }

    /**
     * The largest encoded value in bytes.
     *
     * @return the number, 16 MiB unless set
     */
    public int maxValueBytes() {
        return maxValueBytes;
    }

    /** Collects settings for a {@link RedisConfig}; not safe for use by several threads. */
    public static final class Builder {

        /** One connection serves some 100 000 commands a second; the second keeps others going when one has a large reply. */
        private int connections = 2;

        private String clientName = "headrace";

        private RedisTls tls = RedisTls.platform();

        private @Nullable RedisListener listener;

        /** A server in the same network answers in milliseconds; one lost SYN costs 1 s, two cost 3 s. */
        private Duration connectTimeout = Duration.ofSeconds(5);

        /** Longer than any healthy command, and short enough that a caller notices before its own client gives up. */
        private Duration commandTimeout = Duration.ofSeconds(5);

        /** As long as one command may take, so that every command in flight can end by itself. */
        private Duration closeTimeout = Duration.ofSeconds(5);

        /** A restarted proxy is back within it. */
        private Duration firstReconnectDelay = Duration.ofMillis(50);

        /** Within one command timeout of the server's return everything works again. */
        private Duration maxReconnectDelay = Duration.ofSeconds(5);

        /** About 100 ms of work for a busy connection: more would only wait longer. */
        private int maxWaitingCommands = 16_384;

        /** Far above bandwidth times delay within one network. */
        private int maxInFlight = 1_024;

        /** Long keys cost memory on every copy; a hash of the long part serves better. */
        private int maxKeyBytes = 1_024;

        /** One larger value would hold up everything behind it on a shared connection. */
        private int maxValueBytes = 16 << 20;

        private Builder() {}

        /**
         * Sets {@link RedisConfig#connections()}.
         *
         * @param value from 1 to 64
         * @return this builder
         */
        public Builder connections(int value) {
            connections = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#clientName()}.
         *
         * @param value from 1 to 64 letters, digits, dots, colons, hyphens and underscores
         * @return this builder
         */
        public Builder clientName(String value) {
            clientName = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#tls()}.
         *
         * @param value whom to trust
         * @return this builder
         */
        public Builder tls(RedisTls value) {
            tls = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#listener()}.
         *
         * @param value for example {@link MicrometerRedisListener#on}
         * @return this builder
         */
        public Builder listener(RedisListener value) {
            listener = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#connectTimeout()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#commandTimeout()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder commandTimeout(Duration value) {
            commandTimeout = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#closeTimeout()}.
         *
         * @param value at least 1 ms
         * @return this builder
         */
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#firstReconnectDelay()} and {@link RedisConfig#maxReconnectDelay()}.
         *
         * @param first at least 1 ms
         * @param most at least {@code first}
         * @return this builder
         */
        public Builder reconnectDelay(Duration first, Duration most) {
            firstReconnectDelay = first;
            maxReconnectDelay = most;
            return this;
        }

        /**
         * Sets {@link RedisConfig#maxWaitingCommands()}.
         *
         * @param value from 1 to 10 000 000
         * @return this builder
         */
        public Builder maxWaitingCommands(int value) {
            maxWaitingCommands = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#maxInFlight()}.
         *
         * @param value from 1 to 1 000 000
         * @return this builder
         */
        public Builder maxInFlight(int value) {
            maxInFlight = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#maxKeyBytes()}.
         *
         * @param value from 16 to 1 048 576
         * @return this builder
         */
        public Builder maxKeyBytes(int value) {
            maxKeyBytes = value;
            return this;
        }

        /**
         * Sets {@link RedisConfig#maxValueBytes()}.
         *
         * @param value from 1 to 536 870 912, which is the limit of the server
         * @return this builder
         */
        public Builder maxValueBytes(int value) {
            maxValueBytes = value;
            return this;
        }

        /**
         * Validates the settings.
         *
         * @return the configuration
         * @throws IllegalArgumentException when a setting is out of its range, with its name and the range
         */
        public RedisConfig build() {
            return new RedisConfig(this);
        }
    }
}
