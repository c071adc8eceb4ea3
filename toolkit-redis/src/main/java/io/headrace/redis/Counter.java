package io.headrace.redis;

import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Whole numbers of 64 bits under keys of one namespace, changed atomically on the server.
 *
 * <p>Every method is lazy and cold; thread, cancel and errors are as with {@link KeyValueStore}. A cancelled or failed
 * addition may have happened ({@link RedisException#outcomeUnknown()}), and is never repeated by the toolkit. A sum beyond
 * 64 bits is refused by the server with a {@link RedisReplyException} and changes nothing.
 */
public interface Counter {

    /**
     * Adds one.
     *
     * @param key without the namespace
     * @return the new number
     */
    Mono<Long> increment(String key);

    /**
     * Adds a number; a missing counter is 0 and then stays until it is reset.
     *
     * @param key without the namespace
     * @param delta any number
     * @return the new number
     */
    Mono<Long> add(String key, long delta);

    /**
     * Adds a number within a fixed window. The addition that makes the counter also sets its end, in the same step on the
     * server; later ones do not move it. When the window is over, the counter is gone and the next addition begins a new one.
     *
     * @param key without the namespace
     * @param delta any number
     * @param window how long the counter lives from its first addition; at least 1 ms
     * @return the new number
     */
    Mono<Long> add(String key, long delta, Duration window);

    /**
     * Reads a number.
     *
     * @param key without the namespace
     * @return the number; 0 when there is none
     */
    Mono<Long> get(String key);

    /**
     * Reads a number and removes the counter, in one step on the server.
     *
     * @param key without the namespace
     * @return the last number; 0 when there was none
     */
    Mono<Long> reset(String key);
}
