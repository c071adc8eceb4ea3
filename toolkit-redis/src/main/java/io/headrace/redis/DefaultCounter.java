package io.headrace.redis;

import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

final class DefaultCounter implements Counter {

    /**
     * ARGV: delta, window in ms. A counter without an end, left by an addition without a window, gets one too. The sum is
     * read as text, because a number of Lua would be cut to 53 bits.
     */
    private static final Script ADD_IN_WINDOW = new Script(
            """
            redis.call('INCRBY', KEYS[1], ARGV[1])
            if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return redis.call('GET', KEYS[1])
            """);

    private final Commands commands;
    private final KeySpace<Long> keys;
    private final KeyValueStore<Long> values;

    DefaultCounter(Commands commands, KeySpace<Long> keys) {
        this.commands = commands;
        this.keys = keys;
        this.values = new DefaultKeyValueStore<>(commands, keys);
    }

    @Override
    public Mono<Long> increment(String key) {
        return add(key, 1);
    }

    @Override
    public Mono<Long> add(String key, long delta) {
        return commands.send(
                        () -> RedisCommand.on(Command.INCRBY, keys.key(key)).with(delta))
                .map(Replies::number);
    }

    @Override
    public Mono<Long> add(String key, long delta, Duration window) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            long millis = Names.millis("window", full, window);
            return ADD_IN_WINDOW
                    .run(commands, List.of(full), c -> c.with(delta).with(millis))
                    .map(reply -> keys.decode(full, Replies.bytes(reply)));
        });
    }

    @Override
    public Mono<Long> get(String key) {
        return values.getOrDefault(key, 0L);
    }

    @Override
    public Mono<Long> reset(String key) {
        return values.getAndDelete(key).defaultIfEmpty(0L);
    }
}
