package io.headrace.redis;

/**
 * Settings of a {@link PubSub}. Immutable.
 *
 * @param buffer how many messages may wait for one subscriber; from 1 to 1 000 000
 * @param overflow what happens to further ones
 */
public record PubSubConfig(int buffer, Overflow overflow) {

    /** A burst of some milliseconds fits in; a subscriber that is too slow for long is not helped by more. */
    private static final int DEFAULT_BUFFER = 1_024;

    /** The newest messages are worth most, and the gap is told. */
    private static final Overflow DEFAULT_OVERFLOW = Overflow.DROP_OLDEST;

    /** What happens to a message for which there is no place. A server never waits for its subscribers. */
    public enum Overflow {
        /** The message that has waited longest is dropped. */
        DROP_OLDEST,
        /** The new message is dropped. */
        DROP_LATEST,
        /** The flux ends with a {@link RedisOverflowException}; what waits is dropped. */
        ERROR
    }

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException when the buffer is out of its range
     */
    public PubSubConfig {
        buffer = Settings.between("buffer", buffer, 1, 1_000_000);
    }

    /**
     * The defaults.
     *
     * @return 1 024 messages, the oldest dropped
     */
    public static PubSubConfig defaults() {
        return new PubSubConfig(DEFAULT_BUFFER, DEFAULT_OVERFLOW);
    }

    /**
     * The same with another buffer.
     *
     * @param messages from 1 to 1 000 000
     * @return new settings
     */
    public PubSubConfig withBuffer(int messages) {
        return new PubSubConfig(messages, overflow);
    }

    /**
     * The same with another answer to an overflow.
     *
     * @param answer what happens to messages for which there is no place
     * @return new settings
     */
    public PubSubConfig withOverflow(Overflow answer) {
        return new PubSubConfig(buffer, answer);
    }
}
