package io.headrace.redis;

/** A lease was held by somebody else for as long as the caller was ready to wait. */
public final class LeaseUnavailableException extends RedisException {

    private static final long serialVersionUID = 1L;

    LeaseUnavailableException(String message) {
        super(message, null);
    }
}
