package io.headrace.redis;

/**
 * Counters of one {@link RateLimiter} in this process.
 *
 * @param allowed requests that got their permits, waiting ones included
 * @param denied requests that did not
 * @param givenBack places that waiting callers gave back by cancelling
 * @param withoutRedis requests that the fallback decided
 */
public record RateLimiterSnapshot(long allowed, long denied, long givenBack, long withoutRedis) {}
