package io.headrace.redis;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Records as Redis hashes under keys of one namespace: each component is a field of its own name, so that one field can
 * be read, changed or counted without the others.
 *
 * <p>Text, numbers, booleans, enums, UUID, byte[] and the types of {@code java.time} are stored as their text; other
 * components as JSON, when Jackson 3 is there. A component that is null has no field. Fields without a component are
 * ignored.
 *
 * <p>Every method is lazy and cold; thread, cancel and errors are as with {@link KeyValueStore}. A field that is missing
 * although its component is primitive, or that cannot be decoded, is a {@link RedisCodecException} that names key and
 * field. A component that does not exist, or a value of another type, is a {@link RedisInputException}.
 *
 * @param <R> the type of the records
 */
public interface Hash<R extends Record> {

    /**
     * Stores a record in the place of all that was there, in one step on the server. It stays until it is deleted.
     *
     * @param key without the namespace
     * @param record not null, with at least one component that is not null
     * @return completion
     */
    Mono<Void> put(String key, R record);

    /**
     * Stores a record that expires in the place of all that was there, in one step on the server.
     *
     * @param key without the namespace
     * @param record not null, with at least one component that is not null
     * @param timeToLive at least 1 ms
     * @return completion
     */
    Mono<Void> put(String key, R record, Duration timeToLive);

    /**
     * Reads a record.
     *
     * @param key without the namespace
     * @return the record, or empty when there is none
     */
    Mono<R> get(String key);

    /**
     * Reads one field.
     *
     * @param key without the namespace
     * @param component its name
     * @param type of the component; the class of the box for a primitive one
     * @param <T> the type of the component
     * @return the value, or empty when there is none
     */
    <T> Mono<T> field(String key, String component, Class<T> type);

    /**
     * Changes one field of a record that exists, in one step on the server; its time to live stays as it is.
     *
     * @param key without the namespace
     * @param component its name
     * @param value of the type of the component; null removes the field
     * @return whether there was a record; otherwise nothing was changed
     */
    Mono<Boolean> update(String key, String component, @Nullable Object value);

    /**
     * Changes some fields of a record that exists, in one step on the server; its time to live stays as it is.
     *
     * @param key without the namespace
     * @param values by name of the component, each of its type; null removes the field
     * @return whether there was a record; otherwise nothing was changed
     */
    Mono<Boolean> update(String key, Map<String, ?> values);

    /**
     * Adds to a component that is a byte, short, int or long, atomically on the server, which counts in 64 bits.
     *
     * @param key without the namespace
     * @param component its name
     * @param delta any number
     * @return the new number, or empty when there is no record
     */
    Mono<Long> increment(String key, String component, long delta);

    /**
     * Deletes a record.
     *
     * @param key without the namespace
     * @return whether there was one
     */
    Mono<Boolean> delete(String key);

    /**
     * Looks for a key.
     *
     * @param key without the namespace
     * @return whether it exists
     */
    Mono<Boolean> exists(String key);

    /**
     * Gives a record a new time to live.
     *
     * @param key without the namespace
     * @param timeToLive at least 1 ms
     * @return whether the key exists
     */
    Mono<Boolean> expire(String key, Duration timeToLive);
}
