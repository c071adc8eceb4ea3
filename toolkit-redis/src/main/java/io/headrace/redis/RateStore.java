package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import reactor.core.publisher.Mono;

/** The commands of one rate limiter. Every method is lazy. */
final class RateStore {

    private final Commands commands;
    private final Commands limited;
    private final RateLimiterConfig config;
    private final boolean windows;

    /** @param limit of what is asked, not of what is given back */
    RateStore(Commands commands, CommandLimit limit, RateLimiterConfig config) {
        this.commands = commands;
        this.limited = new LimitedCommands(commands, limit);
        this.config = config;
        this.windows = config.algorithm() == RateAlgorithm.SLIDING_WINDOW;
    }

    /** Allowed ones may have to wait, for up to {@code patience}, with GCRA; the wait is then in {@code retryAfter}. */
    Mono<RateDecision> ask(String full, long cost, Duration patience) {
        Script script = windows ? RateScripts.WINDOW : gcra();
        return script.run(limited, List.of(full), c -> windows ? windows(c.with(cost)) : rates(c.with(cost), patience))
                .map(RateStore::decision);
    }

    private Script gcra() {
        return config.limits().size() == 1 ? RateScripts.GCRA_OF_ONE : RateScripts.GCRA;
    }

    private RedisCommand windows(RedisCommand command) {
        RedisCommand all = command;
        for (RateLimit limit : config.limits()) {
            all = all.with(limit.permits()).with(limit.period().toMillis());
        }
        return all;
    }

    private RedisCommand rates(RedisCommand command, Duration patience) {
        RedisCommand all = command.with(patience.toMillis() * 1_000);
        for (RateLimit limit : config.limits()) {
            all = all.with(limit.intervalMicros()).with(limit.toleranceMicros());
        }
        return all;
    }

    private static RateDecision decision(Response reply) {
        return new RateDecision(
                Replies.number(reply.get(0)) == 1,
                Replies.number(reply.get(1)),
                Duration.of(Replies.number(reply.get(2)), ChronoUnit.MICROS),
                Duration.of(Replies.number(reply.get(3)), ChronoUnit.MICROS),
                false);
    }

    Mono<Void> giveBack(String full, long cost) {
        Script script = windows ? RateScripts.WINDOW_GIVE_BACK : RateScripts.GCRA_GIVE_BACK;
        return script.run(commands, List.of(full), c -> {
                    RedisCommand all = c.with(cost);
                    for (RateLimit limit : config.limits()) {
                        all = all.with(windows ? limit.period().toMillis() : limit.intervalMicros());
                    }
                    return all;
                })
                .then();
    }

    Mono<Void> reset(String full) {
        return commands.send(() -> RedisCommand.on(Command.UNLINK, full)).then();
    }
}
