package io.headrace.redis;

/** What a {@link RateLimiter} does while Redis does not answer. */
public enum RateFallback {

    /** The same limits are kept for this process alone, for up to 10 000 keys, the latest used. */
    LOCAL,

    /** Everything is allowed. */
    ALLOW,

    /** Nothing is allowed; told to retry after a second. */
    DENY,

    /** The caller gets the error. */
    FAIL
}
