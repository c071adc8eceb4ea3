package io.headrace.redis;

import org.jspecify.annotations.Nullable;

/** A value could not be turned into bytes, or stored bytes could not be turned into a value. */
public final class RedisCodecException extends RedisException {

    private static final long serialVersionUID = 1L;

    RedisCodecException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    RedisCodecException(String message) {
        super(message, null);
    }
}
