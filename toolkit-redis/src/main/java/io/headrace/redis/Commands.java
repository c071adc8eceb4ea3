package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** Whatever can carry commands to a server. */
interface Commands {

    /**
     * Sends on subscription. Emits the reply, or nothing for a nil reply; errors are {@link RedisException}s. Signals
     * come on the event loop of the connection. A cancel takes a waiting command back; a written one runs on and its
     * reply is discarded.
     */
    Mono<Response> send(Supplier<RedisCommand> command);

    /**
     * What reaches each server that holds keys, for commands such as SCAN that belong to no key: one, or every master of a
     * cluster.
     */
    default Mono<List<Commands>> masters() {
        return Mono.just(List.of(this));
    }

    /** Whether the last attempt to connect failed, so that a command would most likely wait for nothing. */
    boolean isDown();
}
