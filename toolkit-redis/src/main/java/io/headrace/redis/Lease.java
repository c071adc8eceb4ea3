package io.headrace.redis;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A lease that is held: extended by itself every third of its duration until it is released or lost. It belongs to whoever
 * has this object, on any thread. It is lost when the server says so, or when no extension was confirmed within the duration
 * since the last one was sent; a process that stands still for longer finds that out only afterwards, which is what
 * {@link #fencing()} is for.
 */
public interface Lease {

    /**
     * What is leased.
     *
     * @return the key without the name of the leases
     */
    String key();

    /**
     * A number that is larger for each later holder of the same key. A store that remembers the largest it has seen, and
     * refuses smaller ones, cannot be harmed by a holder that has lost its lease without knowing.
     *
     * @return the number, based on the milliseconds of the server
     */
    long fencing();

    /**
     * Whether the lease is held, as far as this process knows.
     *
     * @return false after it was released or lost
     */
    boolean isHeld();

    /**
     * Work that needs the lease. When the lease is lost or released meanwhile, the work is cancelled and the result is a
     * {@link LeaseLostException}; the end of the work does not release it. Lazy and cold.
     *
     * @param work what to do
     * @param <T> the type of the result
     * @return the signals of the work
     */
    <T> Mono<T> guard(Mono<T> work);

    /**
     * Work that needs the lease, as {@link #guard(Mono)}.
     *
     * @param work what to do
     * @param <T> the type of the results
     * @return the signals of the work
     */
    <T> Flux<T> guard(Flux<T> work);

    /**
     * Gives the lease back; it is no longer extended from the moment of the subscription on, whatever becomes of the command.
     * Lazy; a second subscription does nothing.
     *
     * @return whether it was still held, or a {@link RedisException}, after which it ends when its time is up
     */
    Mono<Boolean> release();
}
