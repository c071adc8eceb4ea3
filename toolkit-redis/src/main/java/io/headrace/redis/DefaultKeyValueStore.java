package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultKeyValueStore<V> implements KeyValueStore<V> {

    /** Keys per MGET: long enough to save round trips, short enough not to hold up other callers. */
    private static final int CHUNK = 256;

    /** ARGV: expected bytes, new bytes. */
    private static final Script COMPARE_AND_SET = new Script(
            """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
            return 1
            """);

    /** ARGV: expected bytes. */
    private static final Script COMPARE_AND_DELETE = new Script(
            """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('UNLINK', KEYS[1])
            """);

    private final Commands commands;
    private final KeySpace<V> keys;

    DefaultKeyValueStore(Commands commands, KeySpace<V> keys) {
        this.commands = commands;
        this.keys = keys;
    }

    @Override
    public Mono<V> get(String key) {
        return read(key, () -> RedisCommand.on(Command.GET, keys.key(key)));
    }

    private Mono<V> read(String key, Supplier<RedisCommand> command) {
        return commands.send(command).map(reply -> keys.decode(keys.key(key), Replies.bytes(reply)));
    }

    @Override
    public Mono<V> getOrDefault(String key, V fallback) {
        return get(key).defaultIfEmpty(fallback);
    }

    @Override
    public Mono<Map<String, V>> getAll(Collection<String> wanted) {
        return Flux.defer(() -> Flux.fromIterable(new LinkedHashSet<>(wanted)))
                .buffer(CHUNK)
                .concatMap(chunk -> readAll(chunk).flatMapIterable(Map::entrySet))
                .collect(LinkedHashMap::new, (found, entry) -> found.put(entry.getKey(), entry.getValue()));
    }

    private Mono<Map<String, V>> readAll(List<String> chunk) {
        return commands.send(() -> {
                    RedisCommand command = RedisCommand.about(Command.MGET, chunk.size() + " keys");
                    for (String key : chunk) {
                        command = command.with(keys.key(key));
                    }
                    return command;
                })
                .map(reply -> found(chunk, reply));
    }

    private Map<String, V> found(List<String> chunk, Response reply) {
        Map<String, V> found = new LinkedHashMap<>();
        for (int i = 0; i < chunk.size(); i++) {
            Response value = reply.get(i);
            if (value != null) {
                found.put(chunk.get(i), keys.decode(keys.key(chunk.get(i)), Replies.bytes(value)));
            }
        }
        return found;
    }

    @Override
    public Mono<Void> set(String key, V value) {
        return commands.send(() -> write(key, value, false)).then();
    }

    @Override
    public Mono<Void> set(String key, V value, Duration timeToLive) {
        return commands.send(() -> expiring(write(key, value, false), key, timeToLive))
                .then();
    }

    @Override
    public Mono<Boolean> setIfAbsent(String key, V value) {
        return commands.send(() -> write(key, value, true)).hasElement();
    }

    @Override
    public Mono<Boolean> setIfAbsent(String key, V value, Duration timeToLive) {
        return commands.send(() -> expiring(write(key, value, true), key, timeToLive))
                .hasElement();
    }

    private RedisCommand write(String key, V value, boolean onlyIfAbsent) {
        String full = keys.key(key);
        RedisCommand command = RedisCommand.on(Command.SET, full).with(keys.encode(full, value));
        return onlyIfAbsent ? command.with("NX") : command;
    }

    private RedisCommand expiring(RedisCommand command, String key, @Nullable Duration timeToLive) {
        return command.with("PX").with(Names.millis("time to live", keys.key(key), timeToLive));
    }

    @Override
    public Mono<Void> setAll(Map<String, ? extends V> values) {
        return Flux.defer(() -> Flux.fromIterable(values.entrySet()))
                .buffer(CHUNK)
                .concatMap(chunk -> commands.send(() -> {
                    RedisCommand command = RedisCommand.about(Command.MSET, chunk.size() + " keys");
                    for (Map.Entry<String, ? extends V> entry : chunk) {
                        String full = keys.key(entry.getKey());
                        command = command.with(full).with(keys.encode(full, entry.getValue()));
                    }
                    return command;
                }))
                .then();
    }

    @Override
    public Mono<Void> setAll(Map<String, ? extends V> values, Duration timeToLive) {
        return Flux.defer(() -> Flux.fromIterable(values.entrySet()))
                .flatMap(entry -> set(entry.getKey(), entry.getValue(), timeToLive), CHUNK)
                .then();
    }

    @Override
    public Mono<Boolean> compareAndSet(String key, V expected, V value) {
        return compare(COMPARE_AND_SET, key, expected, (full, c) -> c.with(keys.encode(full, value)));
    }

    @Override
    public Mono<Boolean> compareAndDelete(String key, V expected) {
        return compare(COMPARE_AND_DELETE, key, expected, (full, c) -> c);
    }

    private Mono<Boolean> compare(
            Script script, String key, V expected, BiFunction<String, RedisCommand, RedisCommand> arguments) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            return script.run(commands, List.of(full), c -> arguments.apply(full, c.with(keys.encode(full, expected))))
                    .map(reply -> Replies.number(reply) == 1);
        });
    }

    @Override
    public Mono<V> getAndSet(String key, V value) {
        return read(key, () -> write(key, value, false).with("GET"));
    }

    @Override
    public Mono<V> getAndDelete(String key) {
        return read(key, () -> RedisCommand.on(Command.GETDEL, keys.key(key)));
    }

    @Override
    public Mono<Long> deleteAll(Collection<String> unwanted) {
        return Flux.defer(() -> Flux.fromIterable(unwanted))
                .flatMap(this::delete, CHUNK)
                .filter(deleted -> deleted)
                .count();
    }

    @Override
    public Flux<String> scan(String prefix) {
        return KeyScan.of(commands, keys.prefix(prefix), "string").map(keys::withoutNamespace);
    }

    @Override
    public Mono<Boolean> delete(String key) {
        return changed(() -> RedisCommand.on(Command.UNLINK, keys.key(key)));
    }

    @Override
    public Mono<Boolean> exists(String key) {
        return changed(() -> RedisCommand.on(Command.EXISTS, keys.key(key)));
    }

    @Override
    public Mono<Boolean> expire(String key, Duration timeToLive) {
        return changed(() -> {
            String full = keys.key(key);
            return RedisCommand.on(Command.PEXPIRE, full).with(Names.millis("time to live", full, timeToLive));
        });
    }

    @Override
    public Mono<Boolean> persist(String key) {
        return changed(() -> RedisCommand.on(Command.PERSIST, keys.key(key)));
    }

    private Mono<Boolean> changed(Supplier<RedisCommand> command) {
        return commands.send(command).map(reply -> Replies.number(reply) > 0);
    }

    @Override
    public Mono<Duration> timeToLive(String key) {
        // negative replies mean: no such key, or a key that never expires
        return commands.send(() -> RedisCommand.on(Command.PTTL, keys.key(key)))
                .map(Replies::number)
                .filter(millis -> millis >= 0)
                .map(Duration::ofMillis);
    }
}
