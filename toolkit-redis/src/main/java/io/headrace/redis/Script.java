package io.headrace.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** A Lua script, sent by its hash and in full only when the server does not know it. */
final class Script {

    private final String source;
    private final String hash;
    private final boolean repeatable;

    private Script(String source, boolean repeatable) {
        this.source = source;
        this.hash = sha1(source);
        this.repeatable = repeatable;
    }

    Script(String source) {
        this(source, false);
    }

    /**
     * A script that may be executed twice, also when others act on its keys in between: it changes nothing that is not its
     * caller's any more, and its caller can live with the second answer.
     */
    static Script repeatable(String source) {
        return new Script(source, true);
    }

    /** Runs the script on subscription; {@code arguments} adds what follows the keys. */
    Mono<Response> run(Commands commands, List<String> keys, UnaryOperator<RedisCommand> arguments) {
        Mono<Response> byHash = commands.send(() -> command(Command.EVALSHA, hash, keys, arguments));
        // that the hash is unknown also says that nothing was executed, so this is no repetition
        return byHash.onErrorResume(
                Script::isUnknown, error -> commands.send(() -> command(Command.EVAL, source, keys, arguments)));
    }

    private static boolean isUnknown(Throwable error) {
        return error instanceof RedisReplyException reply && reply.code().equals("NOSCRIPT");
    }

    private RedisCommand command(
            Command name, String script, List<String> keys, UnaryOperator<RedisCommand> arguments) {
        RedisCommand command =
                RedisCommand.about(name, keys.get(0)).with(script).with(keys.size());
        for (String key : keys) {
            command = command.with(key);
        }
        return arguments.apply(repeatable ? command.repeatable() : command);
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1.", e);
        }
    }
}
