package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Commands with a limit of their own. */
final class LimitedCommands implements Commands {

    private final Commands commands;
    private final CommandLimit limit;

    LimitedCommands(Commands commands, CommandLimit limit) {
        this.commands = commands;
        this.limit = limit;
    }

    @Override
    public Mono<Response> send(Supplier<RedisCommand> command) {
        return commands.send(() -> command.get().within(limit));
    }

    @Override
    public Mono<List<Commands>> masters() {
        return commands.masters().map(all -> all.stream()
                .<Commands>map(one -> new LimitedCommands(one, limit))
                .toList());
    }

    @Override
    public boolean isDown() {
        return commands.isDown();
    }
}
