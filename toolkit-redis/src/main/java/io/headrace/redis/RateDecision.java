package io.headrace.redis;

import java.time.Duration;

/**
 * The answer of a {@link RateLimiter}; enough for the headers of an HTTP 429.
 *
 * @param allowed whether the permits were taken
 * @param remaining how many more could be taken at once, by the narrowest limit
 * @param retryAfter when the same request would be allowed if nobody else came; zero when it was allowed
 * @param resetAfter when all permits would be back if nobody else came
 * @param withoutRedis whether the {@link RateFallback} decided
 */
public record RateDecision(
        boolean allowed, long remaining, Duration retryAfter, Duration resetAfter, boolean withoutRedis) {}
