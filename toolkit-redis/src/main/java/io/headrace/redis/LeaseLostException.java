package io.headrace.redis;

/** A lease ended while work under it was running; the work was cancelled and somebody else may hold the lease. */
public final class LeaseLostException extends RedisException {

    private static final long serialVersionUID = 1L;

    LeaseLostException(String message) {
        super(message, null);
    }
}
