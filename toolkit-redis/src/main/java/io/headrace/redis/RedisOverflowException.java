package io.headrace.redis;

/** A subscriber was too slow for its messages, and its {@link PubSubConfig} says that this is an error. */
public final class RedisOverflowException extends RedisException {

    private static final long serialVersionUID = 1L;

    private final int limit;

    RedisOverflowException(String message, int limit) {
        super(message, null);
        this.limit = limit;
    }

    /**
     * How many messages may wait.
     *
     * @return the limit that was reached
     */
    public int limit() {
        return limit;
    }
}
