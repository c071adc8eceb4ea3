package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The commands of leases. A key is a hash of token, end and fencing number; the number stays for a day after the last
 * lease. Every method is lazy.
 */
final class LeaseStore {

    private static final Duration MEMORY = Duration.ofDays(1);

    private static final String STATE =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local state = redis.call('HMGET', KEYS[1], 'token', 'until', 'fencing')
            local left = tonumber(state[2] or 0) - now
            local held = state[1] and left > 0
            local mine = held and state[1] == ARGV[1]
            local function text(number) return string.format('%.0f', number) end
            """;

    /**
     * ARGV: token, duration in ms, memory in ms. Returns 1 and the fencing number, or 0 and the ms for which it is held. The
     * number is at least the time, so that it also grows when the hash was lost. A repetition grants a holder its own lease again
     * under a larger number, and denies it to one that has lost it.
     */
    private static final Script ACQUIRE = Script.repeatable(
            STATE
                    + """
            if held and not mine then return {0, left} end
            local fencing = math.max(tonumber(state[3] or 0) + 1, now)
            redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', text(now + ARGV[2]), 'fencing', text(fencing))
            redis.call('PEXPIRE', KEYS[1], text(math.max(ARGV[2], ARGV[3])))
            return {1, fencing}
            """);

    /** ARGV: token, duration in ms, memory in ms. A repetition extends from its own time, or finds the lease gone. */
    private static final Script EXTEND = Script.repeatable(
            STATE
                    + """
            if not mine then return 0 end
            redis.call('HSET', KEYS[1], 'until', text(now + ARGV[2]))
            redis.call('PEXPIRE', KEYS[1], text(math.max(ARGV[2], ARGV[3])))
            return 1
            """);

    /**
     * ARGV: token, fencing number. A lease that is nobody's and bears the number has been released by a command whose reply was
     * lost: nobody acquired it since, and one that ran out would still bear its token.
     */
    private static final Script RELEASE = Script.repeatable(
            STATE
                    + """
            if not state[1] and tonumber(state[3] or 0) == tonumber(ARGV[2]) then return 1 end
            if not mine then return 0 end
            redis.call('HDEL', KEYS[1], 'token', 'until')
            return 1
            """);

    private final Commands commands;
    private final Duration duration;

    LeaseStore(Commands commands, Duration duration) {
        this.commands = commands;
        this.duration = duration;
    }

    Duration duration() {
        return duration;
    }

    /**
     * The answer to a request.
     *
     * @param granted whether the lease is held now
     * @param number the fencing number, or the ms for which somebody else holds it
     */
    record Grant(boolean granted, long number) {}

    Mono<Grant> acquire(String full, String token) {
        return ACQUIRE.run(commands, List.of(full), c -> timed(c.with(token)))
                .map(reply -> new Grant(Replies.number(reply.get(0)) == 1, Replies.number(reply.get(1))));
    }

    Mono<Boolean> extend(String full, String token) {
        return EXTEND.run(commands, List.of(full), c -> timed(c.with(token))).map(reply -> Replies.number(reply) == 1);
    }

    Mono<Boolean> release(String full, String token, long fencing) {
        return RELEASE.run(commands, List.of(full), c -> c.with(token).with(fencing))
                .map(reply -> Replies.number(reply) == 1);
    }

    private RedisCommand timed(RedisCommand command) {
        return command.with(duration.toMillis()).with(MEMORY.toMillis());
    }
}
