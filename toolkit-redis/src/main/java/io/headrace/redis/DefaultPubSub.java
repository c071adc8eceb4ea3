package io.headrace.redis;

import io.vertx.redis.client.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

final class DefaultPubSub<V> implements PubSub<V> {

    private final Connections connections;
    private final Codec<V> codec;
    private final PubSubConfig settings;
    private final RedisConfig config;

    DefaultPubSub(Connections connections, Codec<V> codec, PubSubConfig settings, RedisConfig config) {
        this.connections = connections;
        this.codec = codec;
        this.settings = settings;
        this.config = config;
    }

    @Override
    public Mono<Long> publish(String channel, V message) {
        return connections
                .shared()
                .send(() -> RedisCommand.on(Command.PUBLISH, checked(channel)).with(encoded(channel, message)))
                .map(Replies::number);
    }

    @Override
    public Flux<PubSubEvent<V>> subscribe(String... channels) {
        return new PubSubFlux(false, List.of(channels));
    }

    @Override
    public Flux<PubSubEvent<V>> subscribePattern(String... patterns) {
        return new PubSubFlux(true, List.of(patterns));
    }

    private String checked(@Nullable String channel) {
        if (channel == null || channel.isEmpty()) {
            throw new RedisInputException("A channel is " + (channel == null ? "null" : "empty") + ". Give it a name.");
        }
        int bytes = channel.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > config.maxKeyBytes()) {
            throw new RedisInputException("The name of a channel has " + bytes + " bytes (limit " + config.maxKeyBytes()
                    + "). Shorten it, or raise maxKeyBytes.");
        }
        return channel;
    }

    private byte[] encoded(String channel, @Nullable V message) {
        if (message == null) {
            throw new RedisInputException("The message for channel '" + channel + "' is null.");
        }
        byte[] bytes;
        try {
            bytes = codec.encode(message);
        } catch (RuntimeException e) {
            throw new RedisCodecException(
                    "The message for channel '" + channel + "' could not be encoded by its codec.", e);
        }
        if (bytes.length > config.maxValueBytes()) {
            throw new RedisInputException("The message for channel '" + channel + "' has " + bytes.length
                    + " bytes (limit " + config.maxValueBytes() + "). Split it, or raise maxValueBytes.");
        }
        return bytes;
    }

    /** Each subscription of it joins the hub. */
    private final class PubSubFlux extends Flux<PubSubEvent<V>> {

        private final boolean pattern;
        private final List<String> names;

        PubSubFlux(boolean pattern, List<String> names) {
            this.pattern = pattern;
            this.names = names;
        }

        @Override
        public void subscribe(CoreSubscriber<? super PubSubEvent<V>> downstream) {
            List<Topic> topics = new ArrayList<>();
            try {
                for (String name : names) {
                    topics.add(new Topic(pattern, checked(name)));
                }
                if (topics.isEmpty()) {
                    throw new RedisInputException("A subscription names no channel. Name at least one.");
                }
            } catch (RedisInputException e) {
                Operators.error(downstream, e);
                return;
            }
            PubSubHub hub = connections.subscriptions();
            Subscriber<V> subscriber = new Subscriber<>(hub, topics, codec, settings, downstream);
            downstream.onSubscribe(subscriber);
            hub.join(subscriber);
        }
    }
}
