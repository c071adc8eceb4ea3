package io.headrace.redis;

import io.vertx.redis.client.Response;
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

    /** Whether the last attempt to connect failed, so that a command would most likely wait for nothing. */
    boolean isDown();
}
