package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

final class DefaultRateLimiter implements RateLimiter {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultRateLimiter.class);
    private static final Duration DENIED_FOR = Duration.ofSeconds(1);

    private final KeySpace<byte[]> keys;
    private final RateLimiterConfig config;
    private final Timing timing;
    private final RateStore store;
    private final LocalRates local;
    private final RedisGuard guard;
    private final LongAdder allowed = new LongAdder();
    private final LongAdder denied = new LongAdder();
    private final LongAdder givenBack = new LongAdder();
    private final LongAdder withoutRedis = new LongAdder();

    DefaultRateLimiter(Commands commands, KeySpace<byte[]> keys, RateLimiterConfig config, Timing timing) {
        this.keys = keys;
        this.config = config;
        this.timing = timing;
        this.store = new RateStore(commands, CommandLimit.ofTolerant(config.redisTimeout()), config);
        this.local = new LocalRates(config.limits(), timing);
        this.guard = new RedisGuard(commands, timing, config.fallback() == RateFallback.FAIL, new LongAdder());
    }

    @Override
    public Mono<RateDecision> tryAcquire(String key) {
        return tryAcquire(key, 1);
    }

    @Override
    public Mono<RateDecision> tryAcquire(String key, long cost) {
        return Mono.defer(() -> {
            String full = checked(key, cost, 0);
            return ask(full, cost, Duration.ZERO).doOnNext(this::count);
        });
    }

    @Override
    public Mono<RateDecision> acquire(String key, Duration longest) {
        return acquire(key, 1, longest);
    }

    @Override
    public Mono<RateDecision> acquire(String key, long cost, Duration longest) {
        return Mono.<RateDecision>create(caller -> {
                    String full = checked(key, cost, 1);
                    new RatePlace(
                                    left -> ask(full, cost, left),
                                    decision -> giveBack(full, cost, decision),
                                    decision -> tooLate(full, longest, decision),
                                    timing,
                                    Settings.patience(full, longest),
                                    caller)
                            .start();
                })
                .doOnNext(this::count)
                .doOnError(RateLimitExceededException.class, error -> denied.increment());
    }

    private String checked(String key, long cost, long least) {
        String full = keys.key(key);
        if (cost < least || cost > config.mostAtOnce()) {
            throw new RedisInputException("The cost for key '" + full + "' is " + cost + " (limit "
                    + config.mostAtOnce() + ", the smallest burst). No wait would ever allow it.");
        }
        return full;
    }

    private Mono<RateDecision> ask(String full, long cost, Duration patience) {
        return guard.tolerant(full, () -> store.ask(full, cost, patience))
                .switchIfEmpty(Mono.fromSupplier(() -> fallback(full, cost, patience)));
    }

    private RateDecision fallback(String full, long cost, Duration patience) {
        withoutRedis.increment();
        return switch (config.fallback()) {
            case LOCAL -> local.ask(full, cost, patience);
            case ALLOW -> new RateDecision(true, config.mostAtOnce(), Duration.ZERO, Duration.ZERO, true);
            case DENY, FAIL -> new RateDecision(false, 0, DENIED_FOR, DENIED_FOR, true);
        };
    }

    private void giveBack(String full, long cost, RateDecision decision) {
        givenBack.increment();
        if (decision.withoutRedis()) {
            local.giveBack(full, cost);
        } else {
            store.giveBack(full, cost)
                    .subscribe(null, error -> LOG.debug("rate limit '{}': a place was not given back", full, error));
        }
    }

    private static RedisException tooLate(String full, Duration longest, RateDecision decision) {
        return new RateLimitExceededException(
                "The rate limit of key '" + full + "' allows this in " + Wording.duration(decision.retryAfter())
                        + " at the earliest (limit " + Wording.duration(longest)
                        + "). Try again later, wait longer, or raise the limit.",
                decision.retryAfter());
    }

    private void count(RateDecision decision) {
        (decision.allowed() ? allowed : denied).increment();
    }

    @Override
    public Mono<Void> reset(String key) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            local.reset(full);
            return store.reset(full);
        });
    }

    @Override
    public RateLimiterSnapshot snapshot() {
        return new RateLimiterSnapshot(allowed.sum(), denied.sum(), givenBack.sum(), withoutRedis.sum());
    }
}
