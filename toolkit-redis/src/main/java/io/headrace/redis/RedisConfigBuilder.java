package io.headrace.redis;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Collects settings for a {@link RedisConfig}, and holds every default with its reason. Made by {@link RedisConfig#builder()}; not
 * safe for use by several threads.
 */
public final class RedisConfigBuilder {

    /** One connection serves some 100 000 commands a second; the second keeps others going when one has a large reply. */
    int connections = 2;

    String clientName = "headrace";

    RedisTls tls = RedisTls.platform();

    @Nullable
    SentinelConfig sentinels;

    @Nullable
    RedisListener listener;

    /** A server in the same network answers in milliseconds; one lost SYN costs 1 s, two cost 3 s. */
    Duration connectTimeout = Duration.ofSeconds(5);

    /** Longer than any healthy command, and short enough that a caller notices before its own client gives up. */
    Duration commandTimeout = Duration.ofSeconds(5);

    /** As long as one command may take, so that every command in flight can end by itself. */
    Duration closeTimeout = Duration.ofSeconds(5);

    /** A restarted proxy is back within it. */
    Duration firstReconnectDelay = Duration.ofMillis(50);

    /** Within one command timeout of the server's return everything works again. */
    Duration maxReconnectDelay = Duration.ofSeconds(5);

    /** About 100 ms of work for a busy connection: more would only wait longer. */
    int maxWaitingCommands = 16_384;

    /** Far above bandwidth times delay within one network. */
    int maxInFlight = 1_024;

    /** Long keys cost memory on every copy; a hash of the long part serves better. */
    int maxKeyBytes = 1_024;

    /** One larger value would hold up everything behind it on a shared connection. */
    int maxValueBytes = 16 << 20;

    RedisConfigBuilder() {}

    /**
     * Sets {@link RedisConfig#connections()}.
     *
     * @param value from 1 to 64
     * @return this builder
     */
    public RedisConfigBuilder connections(int value) {
        connections = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#clientName()}.
     *
     * @param value from 1 to 64 letters, digits, dots, colons, hyphens and underscores
     * @return this builder
     */
    public RedisConfigBuilder clientName(String value) {
        clientName = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#tls()}.
     *
     * @param value whom to trust
     * @return this builder
     */
    public RedisConfigBuilder tls(RedisTls value) {
        tls = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#sentinels()}.
     *
     * @param value for example {@code SentinelConfig.open().withLogin("watcher", password)}
     * @return this builder
     */
    public RedisConfigBuilder sentinels(SentinelConfig value) {
        sentinels = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#listener()}.
     *
     * @param value for example {@link MicrometerRedisListener#on}
     * @return this builder
     */
    public RedisConfigBuilder listener(RedisListener value) {
        listener = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#connectTimeout()}.
     *
     * @param value at least 1 ms
     * @return this builder
     */
    public RedisConfigBuilder connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#commandTimeout()}.
     *
     * @param value at least 1 ms
     * @return this builder
     */
    public RedisConfigBuilder commandTimeout(Duration value) {
        commandTimeout = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#closeTimeout()}.
     *
     * @param value at least 1 ms
     * @return this builder
     */
    public RedisConfigBuilder closeTimeout(Duration value) {
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
    public RedisConfigBuilder reconnectDelay(Duration first, Duration most) {
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
    public RedisConfigBuilder maxWaitingCommands(int value) {
        maxWaitingCommands = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#maxInFlight()}.
     *
     * @param value from 1 to 1 000 000
     * @return this builder
     */
    public RedisConfigBuilder maxInFlight(int value) {
        maxInFlight = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#maxKeyBytes()}.
     *
     * @param value from 16 to 1 048 576
     * @return this builder
     */
    public RedisConfigBuilder maxKeyBytes(int value) {
        maxKeyBytes = value;
        return this;
    }

    /**
     * Sets {@link RedisConfig#maxValueBytes()}.
     *
     * @param value from 1 to 536 870 912, which is the limit of the server
     * @return this builder
     */
    public RedisConfigBuilder maxValueBytes(int value) {
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
