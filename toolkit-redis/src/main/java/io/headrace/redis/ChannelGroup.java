package io.headrace.redis;

import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Several channels to one server, each on an event loop of its own.
 *
 * <p>A command that is subscribed on one of those loops stays there, so that a chain of commands changes no thread. Any
 * other thread keeps to one channel: what it subscribes in a row is sent in that order.
 */
final class ChannelGroup implements NodeChannel {

    private final CommandChannel[] channels;

    ChannelGroup(List<CommandChannel> channels) {
        this.channels = channels.toArray(CommandChannel[]::new);
    }

    @Override
    public long deadline(RedisCommand command) {
        return channels[0].deadline(command);
    }

    @Override
    public void enqueue(RedisCommand command, long deadline, MonoSink<Response> sink) {
        choose().enqueue(command, deadline, sink);
    }

    private CommandChannel choose() {
        if (channels.length == 1) {
            return channels[0];
        }
        CommandChannel preferred = preferred();
        if (!preferred.isDown()) {
            return preferred;
        }
        for (CommandChannel other : channels) {
            if (!other.isDown()) {
                return other;
            }
        }
        return preferred;
    }

    private CommandChannel preferred() {
        for (CommandChannel channel : channels) {
            if (channel.isOnLoop()) {
                return channel;
            }
        }
        return channels[(int) (Thread.currentThread().getId() % channels.length)];
    }

    /** Only when no channel has a connection is there none to be had. */
    @Override
    public boolean isDown() {
        for (CommandChannel channel : channels) {
            if (!channel.isDown()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void retire() {
        for (CommandChannel channel : channels) {
            channel.retire();
        }
    }

    @Override
    public int waiting() {
        int waiting = 0;
        for (CommandChannel channel : channels) {
            waiting += channel.waiting();
        }
        return waiting;
    }

    @Override
    public boolean isRetired() {
        return channels[0].isRetired();
    }

    @Override
    public Mono<Void> close(Duration limit) {
        return Flux.fromArray(channels)
                .flatMap(channel -> channel.close(limit), channels.length)
                .then();
    }
}
