package io.headrace.redis;

/** The toolkit was closed before the command was written; the server never saw it. */
public final class RedisClosedException extends RedisException {

    private static final long serialVersionUID = 1L;

    RedisClosedException(String message) {
        super(message, null);
    }
}
