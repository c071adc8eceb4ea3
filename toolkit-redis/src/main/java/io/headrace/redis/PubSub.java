package io.headrace.redis;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Publishes and receives messages that Redis does not keep: who is not subscribed at that moment misses them. Everything
 * is lazy.
 *
 * <p>All subscriptions of a toolkit share one connection of their own, and those of one channel one subscription on the
 * server, which ends with the last of them. After a loss the connection comes back by itself, with back-off, and
 * subscribes again; each subscriber then gets a {@link PubSubEvent.Gap}. A silent connection is probed after
 * {@link RedisConfig#commandTimeout()} and given up after the same time again.
 *
 * @param <V> the type of the messages
 */
public interface PubSub<V> {

    /**
     * Publishes a message on subscription. It is never sent twice.
     *
     * @param channel from 1 byte to {@link RedisConfig#maxKeyBytes()}
     * @param message not null
     * @return how many subscribers got it; in a cluster, those of one node. Errors as of every command
     */
    Mono<Long> publish(String channel, V message);

    /**
     * Receives what is published on some channels. The flux emits {@link PubSubEvent.Subscribed} once all of them are confirmed,
     * which must happen within {@link RedisConfig#commandTimeout()}, and goes on until it is cancelled or the toolkit
     * closes; then it completes. Events come on an event loop or on the thread that asks for more.
     *
     * <p>Without demand up to {@link PubSubConfig#buffer()} messages wait, further ones are treated as
     * {@link PubSubConfig#overflow()} says. Errors: {@link RedisUnavailableException} when not confirmed in time,
     * {@link RedisReplyException} when the user may not subscribe, {@link RedisCodecException} for a message that the codec
     * cannot read, {@link RedisOverflowException}.
     *
     * @param channels at least one
     * @return the events
     */
    Flux<PubSubEvent<V>> subscribe(String... channels);

    /**
     * Receives what is published on channels that match a pattern, as {@link #subscribe} does. A message that matches two
     * patterns comes twice.
     *
     * @param patterns at least one, with {@code *}, {@code ?} and {@code [ab]}
     * @return the events
     */
    Flux<PubSubEvent<V>> subscribePattern(String... patterns);
}
