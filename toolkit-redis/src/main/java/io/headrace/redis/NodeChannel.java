package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A channel to one server. */
interface NodeChannel extends Channel {

    /** When a command that is subscribed now has to be answered, in the nanoseconds of {@link Timing}. */
    long deadline(RedisCommand command);

    /** Takes the command over; the sink gets its reply, or its error at the deadline at the latest. */
    void enqueue(RedisCommand command, long deadline, MonoSink<Response> sink);

    /** Refuses new commands and those that wait, as closed; written ones may end. For a server that has no part any more. */
    void retire();

    boolean isRetired();

    @Override
    default Mono<Response> send(Supplier<RedisCommand> command) {
        return Mono.create(sink -> {
            RedisCommand made = command.get();
            enqueue(made, deadline(made), sink);
        });
    }
}
