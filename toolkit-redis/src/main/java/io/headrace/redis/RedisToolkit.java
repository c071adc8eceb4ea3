package io.headrace.redis;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * The entry point: a few shared, pipelined connections to one Redis server, and typed structures on them. Make one per
 * server and program, share it, and close it at the end. Safe for use by any thread.
 *
 * <p>Opening does no I/O; connections are made with the first commands and again, with back-off, after a loss. The
 * toolkit runs one daemon event loop thread for each shared connection and one for all others; signals arrive there
 * unless a method says otherwise.
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
     * @param url one of
     *     <ul>
     *       <li>{@code redis://[[user]:password@]host[:port][/database]}, port 6379 and database 0 unless given
     *       <li>{@code rediss://…}, the same with TLS; the name of the host is checked
     *       <li>{@code unix://[[user]:password@]/path[?db=database]}
     *       <li>{@code redis-sentinel://[[user]:password@]host[:port],…[/database]?master=name}: the master that these
     *           sentinels name, and its successors; {@code rediss-sentinel} for TLS
     *       <li>{@code redis-cluster://[[user]:password@]host[:port],…}: the cluster to which these nodes belong;
     *           {@code rediss-cluster} for TLS
     *     </ul>
     * @return the toolkit; nothing is connected yet
     * @throws RedisInputException when the URL is not usable; its text never contains the credentials
     */
    public static RedisToolkit open(String url) {
        return open(url, RedisConfig.defaults());
    }

    /**
     * Opens a toolkit.
     *
     * @param url as for {@link #open(String)}
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

    /** What everything here sends by. */
    Commands commands() {
        return connections.shared();
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
     * Records as hashes.
     *
     * @param namespace in front of each key, from 1 to 200 characters without braces
     * @param type of the records
     * @param <R> the type of the records
     * @return a store; cheap, and several of one namespace may exist
     */
    public <R extends Record> Hash<R> hash(String namespace, Class<R> type) {
        return new DefaultHash<>(connections.shared(), new KeySpace<>(namespace, Codec.bytes(), config), type);
    }

    /**
     * Atomic counters.
     *
     * @param namespace in front of each key, from 1 to 200 characters without braces
     * @return counters; cheap, and several of one namespace may exist
     */
    public Counter counter(String namespace) {
        return new DefaultCounter(connections.shared(), new KeySpace<>(namespace, Codec.longs(), config));
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
     * A cache. Keep and share the returned object: single flight, counters and what is kept in this process are per object.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param keyType String, UUID, an enum or a Number class; the text of the key follows the name and a colon
     * @param codec for the values
     * @param settings changes the defaults, as in {@code c -> c.ttl(Duration.ofMinutes(1))}
     * @param <K> the type of the keys
     * @param <V> the type of the values
     * @return a cache
     * @throws RedisInputException when values shall be kept in this process and Caffeine is missing
     */
    public <K, V> Cache<K, V> cache(
            String name, Class<K> keyType, Codec<V> codec, UnaryOperator<CacheConfig.Builder> settings) {
        CacheConfig own = settings.apply(CacheConfig.builder()).build();
        return new DefaultCache<>(
                connections.shared(),
                new KeySpace<>(name, codec, config),
                KeyText.of(keyType),
                own,
                timing,
                own.near()
                        .map(near -> NearCaches.<V>open(name, near, timing, connections))
                        .orElse(null));
    }

    /**
     * A function that remembers its results in a cache; see {@link #cache(String, Class, Class, UnaryOperator)}.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param keyType of the argument: String, UUID, an enum or a Number class
     * @param valueType of the result, one that {@link Codec#forType} knows
     * @param function called when there is no result; must not block
     * @param settings changes the defaults, as in {@code c -> c.ttl(Duration.ofMinutes(1))}
     * @param <K> the type of the argument
     * @param <V> the type of the result
     * @return the function
     */
    public <K, V> MemoizedFunction<K, V> memoize(
            String name,
            Class<K> keyType,
            Class<V> valueType,
            Function<? super K, ? extends Mono<? extends V>> function,
            UnaryOperator<CacheConfig.Builder> settings) {
        return new MemoizedFunction<>(cache(name, keyType, valueType, settings), function);
    }

    /**
     * A rate limiter.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param settings adds limits, as in {@code l -> l.limit(100, Duration.ofMinutes(1))}
     * @return a limiter; several of one name share what they count, if they have the same limits
     */
    public RateLimiter rateLimiter(String name, UnaryOperator<RateLimiterConfig.Builder> settings) {
        return new DefaultRateLimiter(
                connections.shared(),
                new KeySpace<>(name, Codec.bytes(), config),
                settings.apply(RateLimiterConfig.builder()).build(),
                timing);
    }

    /**
     * Leases, each held by one process at a time.
     *
     * @param name in front of each key, from 1 to 200 characters without braces
     * @param settings changes the defaults, as in {@code l -> l.duration(Duration.ofSeconds(10))}
     * @return leases; cheap, and several of one name may exist
     */
    public Leases leases(String name, UnaryOperator<LeaseConfig.Builder> settings) {
        return new DefaultLeases(
                connections.shared(),
                new KeySpace<>(name, Codec.bytes(), config),
                settings.apply(LeaseConfig.builder()).build(),
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
     * Messages of text with default settings; see {@link #pubSub(Codec, PubSubConfig)}.
     *
     * @return publishes and subscribes; cheap, and several may exist
     */
    public PubSub<String> pubSub() {
        return pubSub(Codec.string(), PubSubConfig.defaults());
    }

    /**
     * Messages of a type that {@link Codec#forType} knows, with default settings.
     *
     * @param type of the messages
     * @param <V> the type of the messages
     * @return publishes and subscribes; cheap, and several may exist
     */
    public <V> PubSub<V> pubSub(Class<V> type) {
        return pubSub(Codec.forType(type), PubSubConfig.defaults());
    }

    /**
     * Messages on channels. All subscriptions of this toolkit share one connection, which is made with the first.
     *
     * @param codec for the messages
     * @param settings what to do with messages for which a subscriber is too slow
     * @param <V> the type of the messages
     * @return publishes and subscribes; cheap, and several may exist
     */
    public <V> PubSub<V> pubSub(Codec<V> codec, PubSubConfig settings) {
        return new DefaultPubSub<>(connections, codec, settings, config);
    }

    /**
     * Counts connections and waiting commands.
     *
     * @return the numbers of this moment
     */
    public RedisSnapshot snapshot() {
        return connections.snapshot();
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
