package io.headrace.redis;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Limits how often something is done per key, over all processes, by the clock of the server. One script decides; with
 * several limits all of them allow a request or none counts it.
 *
 * <p>Every method is lazy and cold: each subscription is a request of its own. Signals come on an event loop of the
 * toolkit, or on Reactor's parallel scheduler after a wait. While Redis does not answer within
 * {@link RateLimiterConfig#redisTimeout()}, {@link RateLimiterConfig#fallback()} decides; after five failures in a row
 * Redis is asked only once a second until it answers. A key that is null, empty or too long, and a cost that no limit can
 * ever allow, are {@link RedisInputException}s.
 */
public interface RateLimiter {

    /**
     * Takes one permit if there is one.
     *
     * @param key whose limit it is
     * @return the decision
     */
    Mono<RateDecision> tryAcquire(String key);

    /**
     * Takes permits if there are enough. A cancel may come too late to keep them.
     *
     * @param key whose limit it is
     * @param cost from 0, which only asks, to the smallest burst
     * @return the decision
     */
    Mono<RateDecision> tryAcquire(String key, long cost);

    /**
     * Takes one permit, and waits for it if need be; see {@link #acquire(String, long, Duration)}.
     *
     * @param key whose limit it is
     * @param longest how long to wait for the permit
     * @return the decision, always allowed; or an error
     */
    Mono<RateDecision> acquire(String key, Duration longest);

    /**
     * Takes permits, and waits for them if need be. With {@link RateAlgorithm#GCRA} a waiting caller has its place from the
     * start, so callers are served in order and each waits once. A cancel gives the place back, also while the
     * request is on its way.
     *
     * @param key whose limit it is
     * @param cost from 1 to the smallest burst
     * @param longest how long to wait for the permits; up to 3650 days
     * @return the decision, always allowed, when the permits may be used; {@link RateLimitExceededException} at once when
     *     they would come too late
     */
    Mono<RateDecision> acquire(String key, long cost, Duration longest);

    /**
     * Forgets what a key has used.
     *
     * @param key whose limit it is
     * @return completion, or a {@link RedisException}
     */
    Mono<Void> reset(String key);

    /**
     * Counters since the limiter was made; cheap, and no I/O.
     *
     * @return the counters
     */
    RateLimiterSnapshot snapshot();
}
