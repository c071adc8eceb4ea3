package io.headrace.redis;

/** The bounded queue of waiting commands was full, so the command was refused at once; the server never saw it. */
public final class RedisQueueFullException extends RedisException {

    private static final long serialVersionUID = 1L;

    private final int limit;

    RedisQueueFullException(String message, int limit) {
        super(message, null);
        this.limit = limit;
    }

    /**
     * How many commands may wait.
     *
     * @return the limit that was reached
     */
    public int limit() {
        return limit;
    }
}
