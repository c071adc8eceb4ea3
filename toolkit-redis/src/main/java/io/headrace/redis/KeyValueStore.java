package io.headrace.redis;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Values under keys of one namespace; the key on the server is {@code namespace:key}.
 *
 * <p>Every method is lazy and cold. Signals come on an event loop of the toolkit: do not block there, or move on with
 * {@code publishOn}. A cancel takes back a command that still waits; a written one is executed and its reply dropped.
 * Commands end within {@link RedisConfig#commandTimeout()}. Errors are {@link RedisException}s: a key or value outside
 * the limits is a {@link RedisInputException} before anything is sent, bytes that cannot be decoded are a
 * {@link RedisCodecException}, a key of another type (a list, say) is a {@link RedisReplyException}.
 *
 * @param <V> the type of the values
 */
public interface KeyValueStore<V> {

    /**
     * Reads a value.
     *
     * @param key without the namespace
     * @return the value, or empty when there is none
     */
    Mono<V> get(String key);

    /**
     * Reads a value or takes another.
     *
     * @param key without the namespace
     * @param fallback when there is none
     * @return the stored value or the fallback
     */
    Mono<V> getOrDefault(String key, V fallback);

    /**
     * Reads many values, in chunks that follow each other on the connection.
     *
     * @param keys without the namespace; repeated ones are read once
     * @return a map of those that were found, in the order of the keys; a key of another type counts as not found
     */
    Mono<Map<String, V>> getAll(Collection<String> keys);

    /**
     * Stores a value that stays until it is deleted; an earlier time to live is removed.
     *
     * @param key without the namespace
     * @param value not null
     * @return completion
     */
    Mono<Void> set(String key, V value);

    /**
     * Stores a value that expires.
     *
     * @param key without the namespace
     * @param value not null
     * @param timeToLive at least 1 ms
     * @return completion
     */
    Mono<Void> set(String key, V value, Duration timeToLive);

    /**
     * Stores a value unless there is one.
     *
     * @param key without the namespace
     * @param value not null
     * @return whether it was stored
     */
    Mono<Boolean> setIfAbsent(String key, V value);

    /**
     * Stores a value that expires, unless there is one; in one step on the server.
     *
     * @param key without the namespace
     * @param value not null
     * @param timeToLive at least 1 ms
     * @return whether it was stored
     */
    Mono<Boolean> setIfAbsent(String key, V value, Duration timeToLive);

    /**
     * Stores many values that stay until they are deleted, in chunks that follow each other on the connection. A chunk is
     * stored whole; when one fails, those before it are stored and those behind it are not.
     *
     * @param values by key without the namespace
     * @return completion
     */
    Mono<Void> setAll(Map<String, ? extends V> values);

    /**
     * Stores many values that expire, each by a command of its own. After an error some may be stored and some not.
     *
     * @param values by key without the namespace
     * @param timeToLive at least 1 ms
     * @return completion
     */
    Mono<Void> setAll(Map<String, ? extends V> values, Duration timeToLive);

    /**
     * Stores a value if the stored one is as expected, in one step on the server. Compared are the encoded bytes. The
     * time to live stays as it is.
     *
     * @param key without the namespace
     * @param expected the value that must be there
     * @param value to store
     * @return whether it was stored
     */
    Mono<Boolean> compareAndSet(String key, V expected, V value);

    /**
     * Deletes a value if it is as expected, in one step on the server. Compared are the encoded bytes.
     *
     * @param key without the namespace
     * @param expected the value that must be there
     * @return whether it was deleted
     */
    Mono<Boolean> compareAndDelete(String key, V expected);

    /**
     * Stores a value that stays until it is deleted, and reads the one before it, in one step on the server.
     *
     * @param key without the namespace
     * @param value not null
     * @return the earlier value, or empty when there was none
     */
    Mono<V> getAndSet(String key, V value);

    /**
     * Reads a value and deletes it, in one step on the server.
     *
     * @param key without the namespace
     * @return the deleted value, or empty when there was none
     */
    Mono<V> getAndDelete(String key);

    /**
     * Deletes a value.
     *
     * @param key without the namespace
     * @return whether there was one
     */
    Mono<Boolean> delete(String key);

    /**
     * Deletes many values, each by a command of its own.
     *
     * @param keys without the namespace
     * @return how many there were
     */
    Mono<Long> deleteAll(Collection<String> keys);

    /**
     * The keys of this namespace that begin with a text, found by SCAN (never KEYS), so no step holds up the server. At
     * most one page of some 256 keys is read ahead of demand; a cancel ends the scan. A key that exists all the time is
     * emitted at least once, possibly more often; one that comes or goes meanwhile may be emitted or not. The server goes
     * through all its keys, so this is for maintenance rather than for requests.
     *
     * @param prefix what follows the namespace; empty for all keys. Taken literally, no character is special
     * @return keys without the namespace, in no order
     */
    Flux<String> scan(String prefix);

    /**
     * Looks for a key.
     *
     * @param key without the namespace
     * @return whether it exists
     */
    Mono<Boolean> exists(String key);

    /**
     * Gives a key a new time to live.
     *
     * @param key without the namespace
     * @param timeToLive at least 1 ms
     * @return whether the key exists
     */
    Mono<Boolean> expire(String key, Duration timeToLive);

    /**
     * Lets a key stay until it is deleted.
     *
     * @param key without the namespace
     * @return whether the key exists and had a time to live
     */
    Mono<Boolean> persist(String key);

    /**
     * Reads the remaining time to live.
     *
     * @param key without the namespace
     * @return the time in milliseconds, or empty when the key does not exist or never expires
     */
    Mono<Duration> timeToLive(String key);
}
