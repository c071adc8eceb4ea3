package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/** No connection could be had within the deadline of the command; the server never saw it. */
public final class RedisUnavailableException extends RedisException {

    private static final long serialVersionUID = 1L;

    RedisUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
