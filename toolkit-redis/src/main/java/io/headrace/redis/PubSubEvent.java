package io.headrace.redis;

import java.util.Optional;

/**
 * What a subscription emits: first {@link Subscribed}, then messages, and a {@link Gap} wherever some may be missing.
 *
 * @param <V> the type of the messages
 */
public sealed interface PubSubEvent<V> {

    /** The kinds of event, for programs that cannot switch over types. */
    enum Kind {
        /** See {@link PubSubEvent.Subscribed}. */
        SUBSCRIBED,
        /** See {@link PubSubEvent.Message}. */
        MESSAGE,
        /** See {@link PubSubEvent.Gap}. */
        GAP
    }

    /**
     * The kind.
     *
     * @return one for each type
     */
    Kind kind();

    /**
     * The message, if this is one.
     *
     * @return its payload, or empty
     */
    default Optional<V> payload() {
        return Optional.empty();
    }

    /**
     * The server has confirmed every channel: what is published from now on arrives.
     *
     * @param <V> the type of the messages
     */
    record Subscribed<V>() implements PubSubEvent<V> {

        @Override
        public Kind kind() {
            return Kind.SUBSCRIBED;
        }
    }

    /**
     * A message.
     *
     * @param channel on which it was published
     * @param pattern by which it was subscribed, or empty
     * @param value of the message
     * @param <V> the type of the messages
     */
    record Message<V>(String channel, Optional<String> pattern, V value) implements PubSubEvent<V> {

        @Override
        public Kind kind() {
            return Kind.MESSAGE;
        }

        @Override
        public Optional<V> payload() {
            return Optional.of(value);
        }
    }

    /**
     * Messages may be missing here. Whoever keeps a state by messages loads it anew; what was published after this event
     * came to be arrives.
     *
     * @param connectionLost whether the connection was lost and is there again, every channel confirmed; how many messages
     *     were published in between nobody knows
     * @param dropped how many messages were dropped because the subscriber was too slow
     * @param <V> the type of the messages
     */
    record Gap<V>(boolean connectionLost, long dropped) implements PubSubEvent<V> {

        @Override
        public Kind kind() {
            return Kind.GAP;
        }
    }
}
