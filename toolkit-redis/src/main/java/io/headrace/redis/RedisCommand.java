package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One command with its arguments; its text is the name and the key, never a value. */
final class RedisCommand {

    private final Request request;
    private final @Nullable String key;

    private RedisCommand(Command command, @Nullable String key) {
        this.request = Request.cmd(command);
        this.key = key;
    }

    /** Starts a command whose first argument is {@code key}. */
    static RedisCommand on(Command command, String key) {
        return new RedisCommand(command, key).with(key);
    }

    /** Starts a command about {@code key}, which is not its first argument. */
    static RedisCommand about(Command command, @Nullable String key) {
        return new RedisCommand(command, key);
    }

    RedisCommand with(String argument) {
        request.arg(argument);
        return this;
    }

    RedisCommand with(long argument) {
        request.arg(argument);
        return this;
    }

    RedisCommand with(byte[] argument) {
        request.arg(argument);
        return this;
    }

    Request request() {
        return request;
    }

    @Override
    public String toString() {
        String name = request.command().toString().toUpperCase(Locale.ROOT);
        return key == null ? name : name + " '" + key + "'";
    }
}
