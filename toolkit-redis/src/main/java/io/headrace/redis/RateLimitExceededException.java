package io.headrace.redis;

import java.time.Duration;

/** Permits would not have come within the time that the caller was ready to wait; none were taken. */
public final class RateLimitExceededException extends RedisException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    RateLimitExceededException(String message, Duration retryAfter) {
        super(message, null);
        this.retryAfter = retryAfter;
    }

    /**
     * When the request would be allowed if nobody else came.
     *
     * @return the time from the answer on
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
