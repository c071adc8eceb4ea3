package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One command with its arguments; its text is the name and the key, never a value. */
final class RedisCommand {

    /** Reads: executing one twice changes nothing. */
    private static final Set<Command> READS = Set.of(
            Command.EXISTS,
            Command.GET,
            Command.HGET,
            Command.HGETALL,
            Command.HMGET,
            Command.MGET,
            Command.PING,
            Command.PTTL,
            Command.SCAN,
            Command.STRLEN,
            Command.TTL,
            Command.TYPE);

    private final Request request;
    private final @Nullable String key;
    private final @Nullable List<Object> arguments;
    private @Nullable CommandLimit limit;
    private boolean repeatable;
    private boolean asking;

    private RedisCommand(Command command, @Nullable String key) {
        this.request = Request.cmd(command);
        this.key = key;
        this.arguments = KeyList.takes(command) ? new ArrayList<>() : null;
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
        remember(argument);
        request.arg(argument);
        return this;
    }

    RedisCommand with(long argument) {
        request.arg(argument);
        return this;
    }

    RedisCommand with(byte[] argument) {
        remember(argument);
        request.arg(argument);
        return this;
    }

    /** Gives the command a limit of its own, unless it has one. */
    RedisCommand within(@Nullable CommandLimit own) {
        if (limit == null) {
            limit = own;
        }
        return this;
    }

    /** The limit of this command where others have the given one. */
    CommandLimit limit(CommandLimit others) {
        CommandLimit own = limit;
        return own == null ? others : own;
    }

    /** Takes over what another command was told about limit and repetition. */
    RedisCommand like(RedisCommand other) {
        limit = other.limit;
        repeatable = other.repeatable;
        return this;
    }

    /** Promises that it does no harm to execute the command twice, also when others act on the key in between. */
    RedisCommand repeatable() {
        repeatable = true;
        return this;
    }

    /** Whether the command may be sent again when the connection was lost before its reply. */
    boolean isRepeatable() {
        return repeatable || READS.contains(request.command());
    }

    private void remember(Object argument) {
        if (arguments != null) {
            arguments.add(argument);
        }
    }

    /** The arguments of a command on several keys, else null. */
    @Nullable
    List<Object> arguments() {
        return arguments;
    }

    /** What decides the server in a cluster, or null when any may do. */
    @Nullable
    String key() {
        return key;
    }

    /** The keys, as far as they are known: all of a command on several keys, values among them. */
    List<String> keys() {
        List<Object> known = arguments;
        if (known != null) {
            return known.stream().map(String::valueOf).toList();
        }
        return key == null ? List.of() : List.of(key);
    }

    /** Follows an ASK redirection, for one attempt. */
    void asking(boolean now) {
        asking = now;
    }

    boolean isAsking() {
        return asking;
    }

    Request request() {
        return request;
    }

    /** In capitals. */
    String name() {
        return request.command().toString().toUpperCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return key == null ? name() : name() + " '" + key + "'";
    }
}
