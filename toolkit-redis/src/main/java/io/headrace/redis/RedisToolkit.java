package io.headrace.redis;

import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * The entry point: one shared, pipelined connection to one Redis server, and typed structures on it. Make one per
 * server and program, share it, and close it at the end. Safe for use by any thread.
 *
 * <p>Opening does no I/O; the connection is made with the first command and again, with back-off, after a loss. The
 * toolkit runs two daemon event loop threads, on which signals arrive unless a method says otherwise.
 */
public final class RedisToolkit {

    private final Connections connections;
    private final RedisConfig config;
    private final Timing timing;

    private RedisToolkit(RedisAddress address, RedisConfig config, Timing timing) {
        this.connections = new Connections(address, config, timing);
        this.config = config;
        this.timing = timing;
    }

    /**
     * Opens a toolkit with default settings.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}; port 6379 and database 0 unless given
     * @return the toolkit; nothing is connected yet
     * @throws RedisInputException when the URL is not usable; its text never contains the credentials
     */
    public static RedisToolkit open(String url) {
        return open(url, RedisConfig.defaults());
    }

    /**
     * Opens a toolkit.
     *
     * @param url {@code redis://[[user]:password@]host[:port][/database]}; port 6379 and database 0 unless given
     * @param config settings
     * @return the toolkit; nothing is connected yet
     * @throws RedisInputException when the URL is not usable; its text never contains the credentials
     */
    public static RedisToolkit open(String url, RedisConfig config) {
        return open(url, config, Timing.system());
    }

    static RedisToolkit open(String url, RedisConfig config, Timing timing) {
        return new RedisToolkit(RedisAddress.parse(url), config, timing);
    }

    /**
     * Values of a type that {@link Codec#forType} knows.
     *
     * @param namespace in front of each key, from 1 to 200 characters without braces
     * @param type of the values
     * @param <V> the type of the values
     * @return a store; cheap, and several of one namespace may exist
     */
    public <V> KeyValueStore<V> keyValues(String namespace, Class<V> type) {
        return keyValues(namespace, Codec.forType(type));
    }

    /**
     * Values with a codec of your own.
     *
     * @param namespace in front of each key, from 1 to 200 characters without braces
     * @param codec for the values
     * @param <V> the type of the values
     * @return a store; cheap, and several of one namespace may exist
     */
    public <V> KeyValueStore<V> keyValues(String namespace, Codec<V> codec) {
        return new DefaultKeyValueStore<>(connections.shared(), new KeySpace<>(namespace, codec, config));
    }

    /**
     * A cache with default settings; see {@link #cache(String, Class, Codec, UnaryOperator)}.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param keyType of the keys
     * @param valueType of the values, one that {@link Codec#forType} knows
     * @param <K> the type of the keys
     * @param <V> the type of the values
     * @return a cache
     */
    public <K, V> Cache<K, V> cache(String name, Class<K> keyType, Class<V> valueType) {
        return cache(name, keyType, valueType, UnaryOperator.identity());
    }

    /**
     * A cache of a type that {@link Codec#forType} knows; see {@link #cache(String, Class, Codec, UnaryOperator)}.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param keyType of the keys
     * @param valueType of the values, one that {@link Codec#forType} knows
     * @param settings changes the defaults, as in {@code c -> c.ttl(Duration.ofMinutes(1))}
     * @param <K> the type of the keys
     * @param <V> the type of the values
     * @return a cache
     */
    public <K, V> Cache<K, V> cache(
            String name, Class<K> keyType, Class<V> valueType, UnaryOperator<CacheConfig.Builder> settings) {
        return cache(name, keyType, Codec.forType(valueType), settings);
    }

    /**
     * A cache. Keep and share the returned object: single flight and counters are per object.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param keyType String, UUID, an enum or a Number class; the text of the key follows the name and a colon
     * @param codec for the values
     * @param settings changes the defaults, as in {@code c -> c.ttl(Duration.ofMinutes(1))}
     * @param <K> the type of the keys
     * @param <V> the type of the values
     * @return a cache
     */
    public <K, V> Cache<K, V> cache(
            String name, Class<K> keyType, Codec<V> codec, UnaryOperator<CacheConfig.Builder> settings) {
        return new DefaultCache<>(
                connections.shared(),
                new KeySpace<>(name, codec, config),
                KeyText.of(keyType),
                settings.apply(CacheConfig.builder()).build(),
                timing);
    }

    /**
     * A queue of jobs with default settings.
     *
     * @param name of the queue, from 1 to 200 characters without braces
     * @param type of the payloads, one that {@link Codec#forType} knows
     * @param <T> the type of the payloads
     * @return a queue; cheap, and several of one name may exist
     */
    public <T> JobQueue<T> queue(String name, Class<T> type) {
        return queue(name, Codec.forType(type), JobQueueConfig.defaults());
    }

    /**
     * A queue of jobs.
     *
     * @param name of the queue, from 1 to 200 characters without braces
     * @param type of the payloads, one that {@link Codec#forType} knows
     * @param settings delays and dead letters
     * @param <T> the type of the payloads
     * @return a queue; cheap, and several of one name may exist
     */
    public <T> JobQueue<T> queue(String name, Class<T> type, JobQueueConfig settings) {
        return queue(name, Codec.forType(type), settings);
    }

    /**
     * A queue of jobs with a codec of your own.
     *
     * @param name of the queue, from 1 to 200 characters without braces
     * @param codec for the payloads
     * @param settings delays and dead letters
     * @param <T> the type of the payloads
     * @return a queue; cheap, and several of one name may exist
     */
    public <T> JobQueue<T> queue(String name, Codec<T> codec, JobQueueConfig settings) {
        return new DefaultJobQueue<>(name, codec, settings, config, connections, timing);
    }

    /**
     * Closes the toolkit: lets running jobs and then commands in flight end, each for at most
     * {@link RedisConfig#closeTimeout()}, refuses new ones, closes the connections and stops the threads. Lazy; the first
     * subscription closes, all others wait for the same end, and a cancel does not stop it.
     *
     * @return completion; never an error
     */
    public Mono<Void> close() {
        return connections.close();
    }
}
