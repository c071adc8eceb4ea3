package io.headrace.benchmarks.redis;

import io.headrace.benchmarks.harness.Contest;
import io.headrace.benchmarks.harness.Rounds;
import io.headrace.benchmarks.harness.Standings;
import io.headrace.redis.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.redisson.api.RRateLimiterReactive;
import org.redisson.api.RateType;
import reactor.core.publisher.Flux;

/** Decisions of rate limiters that allow all of them, spread over some keys. */
final class LimiterContest {

    private static final int KEYS = 100;
    private static final long PERMITS = 1_000_000;

    private LimiterContest() {}

    static Standings run(RedisPeers peers, Rounds rounds, int callerCount, int calls) throws Exception {
        RateLimiter headrace = peers.headrace.rateLimiter(
                "limit", l -> l.limit(PERMITS, Duration.ofSeconds(1)).redisTimeout(Duration.ofSeconds(5)));
        List<RRateLimiterReactive> redisson = IntStream.range(0, KEYS)
                .mapToObj(key -> peers.redisson.getRateLimiter("redisson:limit:" + key))
                .toList();
        Flux.fromIterable(redisson)
                .concatMap(limiter -> limiter.trySetRate(RateType.OVERALL, PERMITS, Duration.ofSeconds(1)))
                .then()
                .block(Duration.ofSeconds(30));
        RedisCallers callers = new RedisCallers(callerCount);
        return Contest.of(
                        "%,d decisions of a rate limiter, %d callers".formatted(calls, callerCount),
                        "decision",
                        calls,
                        count -> count)
                .add("Headrace `RateLimiter.tryAcquire`", callers.on(RedisCall.of(n -> headrace.tryAcquire(
                                Integer.toString(n % KEYS))
                        .map(decision -> decision.allowed() && !decision.withoutRedis() ? 1L : 0L))))
                .add("Redisson `RRateLimiterReactive.tryAcquire`", callers.on(RedisCall.of(n -> redisson.get(n % KEYS)
                        .tryAcquire()
                        .map(allowed -> allowed ? 1L : 0L))))
                .run(rounds);
    }
}
