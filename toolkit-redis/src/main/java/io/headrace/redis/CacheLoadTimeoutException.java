package io.headrace.redis;

/** A cache loader gave no result within the load timeout; it was cancelled and nothing was cached. */
public final class CacheLoadTimeoutException extends RedisException {

    private static final long serialVersionUID = 1L;

    CacheLoadTimeoutException(String message) {
        super(message, null);
    }
}
