package io.headrace.redis;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link RedisToolkit}: immutable, validated when built. Every default stands once, in {@link RedisConfigBuilder}.
 */
public final class RedisConfig {

    private static final Pattern CLIENT_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    private final int connections;
    private final String clientName;
    private final RedisTls tls;
    private final @Nullable SentinelConfig sentinels;
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

    RedisConfig(RedisConfigBuilder builder) {
        connections = Settings.between("connections", builder.connections, 1, 64);
        clientName = builder.clientName;
        if (!CLIENT_NAME.matcher(builder.clientName).matches()) {
            throw new IllegalArgumentException(
                    "clientName must have from 1 to 64 of A-Z a-z 0-9 . _ : - but is '" + builder.clientName + "'.");
        }
        tls = builder.tls;
        sentinels = builder.sentinels;
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
    public static RedisConfigBuilder builder() {
        return new RedisConfigBuilder();
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
     * How to speak to sentinels.
     *
     * @return the settings, or null for as with the servers: the same TLS, and their login where one is wanted
     */
    public @Nullable SentinelConfig sentinels() {
        return sentinels;
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
}
