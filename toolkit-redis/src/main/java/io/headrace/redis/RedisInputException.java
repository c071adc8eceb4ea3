package io.headrace.redis;

/** A key, name, time or value was refused before anything was sent: null, empty or over its limit. */
public final class RedisInputException extends RedisException {

    private static final long serialVersionUID = 1L;

    RedisInputException(String message) {
        super(message, null);
    }
}
