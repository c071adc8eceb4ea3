package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

final class DefaultHash<R extends Record> implements Hash<R> {

    /** ARGV: time to live in ms or empty, then fields and values. */
    private static final Script PUT = new Script(
            """
            redis.call('UNLINK', KEYS[1])
            for n = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
            if ARGV[1] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
            return 1
            """);

    /** ARGV: number of fields to set, these fields and values, then fields to remove. Setting first keeps the key alive. */
    private static final Script UPDATE = new Script(
            """
            if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
            local removed = 2 + 2 * tonumber(ARGV[1])
            for n = 2, removed - 1, 2 do redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
            for n = removed, #ARGV do redis.call('HDEL', KEYS[1], ARGV[n]) end
            return 1
            """);

    /** ARGV: field, delta. The sum is read as text, because a number of Lua would be cut to 53 bits. */
    private static final Script INCREMENT = new Script(
            """
            if redis.call('EXISTS', KEYS[1]) == 0 then return false end
            redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
            return redis.call('HGET', KEYS[1], ARGV[1])
            """);

    private final Commands commands;
    private final KeySpace<byte[]> keys;
    private final HashShape<R> shape;
    private final KeyValueStore<byte[]> values;

    DefaultHash(Commands commands, KeySpace<byte[]> keys, Class<R> type) {
        this.commands = commands;
        this.keys = keys;
        this.shape = HashShape.of(type);
        this.values = new DefaultKeyValueStore<>(commands, keys);
    }

    @Override
    public Mono<Void> put(String key, R record) {
        return put(key, record, full -> "");
    }

    @Override
    public Mono<Void> put(String key, R record, Duration timeToLive) {
        return put(key, record, full -> Long.toString(Names.millis("time to live", full, timeToLive)));
    }

    private Mono<Void> put(String key, R record, UnaryOperator<String> timeToLive) {
        return Mono.defer(() -> {
                    String full = keys.key(key);
                    String millis = timeToLive.apply(full);
                    Map<String, byte[]> fields = checked(full, shape.encode(full, record));
                    return PUT.run(commands, List.of(full), c -> withAll(c.with(millis), fields));
                })
                .then();
    }

    private Map<String, byte[]> checked(String full, Map<String, byte[]> fields) {
        fields.replaceAll((name, bytes) -> keys.encode(full, bytes));
        return fields;
    }

    private static RedisCommand withAll(RedisCommand command, Map<String, byte[]> fields) {
        RedisCommand all = command;
        for (Map.Entry<String, byte[]> field : fields.entrySet()) {
            all = all.with(field.getKey()).with(field.getValue());
        }
        return all;
    }

    @Override
    public Mono<R> get(String key) {
        return commands.send(() -> RedisCommand.on(Command.HGETALL, keys.key(key)))
                .map(DefaultHash::fields)
                .filter(fields -> !fields.isEmpty())
                .map(fields -> shape.decode(keys.key(key), fields));
    }

    /** A map in RESP3, a list of names and values in RESP2. */
    private static Map<String, byte[]> fields(Response reply) {
        Map<String, byte[]> fields = new HashMap<>();
        if (reply.isMap()) {
            reply.getKeys().forEach(name -> fields.put(name, Replies.bytes(reply.get(name))));
        } else {
            for (int i = 0; i + 1 < reply.size(); i += 2) {
                fields.put(reply.get(i).toString(), Replies.bytes(reply.get(i + 1)));
            }
        }
        return fields;
    }

    @Override
    public <T> Mono<T> field(String key, String component, Class<T> type) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            HashField field = shape.field(component, full);
            if (!type.isAssignableFrom(field.type())) {
                field.mustBe(type, full);
            }
            return commands.send(() -> RedisCommand.on(Command.HGET, full).with(component))
                    .map(reply -> type.cast(field.decode(full, Replies.bytes(reply))));
        });
    }

    @Override
    public Mono<Boolean> update(String key, String component, @Nullable Object value) {
        return Mono.defer(() -> update(key, Collections.singletonMap(component, value)));
    }

    @Override
    public Mono<Boolean> update(String key, Map<String, ?> changes) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            Map<String, byte[]> set = new LinkedHashMap<>();
            List<String> removed = new ArrayList<>();
            changes.forEach((name, value) -> {
                HashField field = shape.field(name, full);
                if (value == null) {
                    field.mustBeNullable(full);
                    removed.add(name);
                } else {
                    set.put(name, keys.encode(full, field.encode(full, value)));
                }
            });
            return UPDATE.run(commands, List.of(full), c -> {
                        RedisCommand all = withAll(c.with(set.size()), set);
                        for (String name : removed) {
                            all = all.with(name);
                        }
                        return all;
                    })
                    .map(reply -> Replies.number(reply) == 1);
        });
    }

    @Override
    public Mono<Long> increment(String key, String component, long delta) {
        return Mono.defer(() -> {
            String full = keys.key(key);
            shape.field(component, full).mustBeCountable(full);
            return INCREMENT
                    .run(commands, List.of(full), c -> c.with(component).with(delta))
                    .map(Replies::number);
        });
    }

    @Override
    public Mono<Boolean> delete(String key) {
        return values.delete(key);
    }

    @Override
    public Mono<Boolean> exists(String key) {
        return values.exists(key);
    }

    @Override
    public Mono<Boolean> expire(String key, Duration timeToLive) {
        return values.expire(key, timeToLive);
    }
}
