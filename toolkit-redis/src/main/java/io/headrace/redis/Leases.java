package io.headrace.redis;

import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases: for each key at most one holder at a time over all processes, for a time that is extended while it is held, and
 * at an end soon after its holder died. They are held on one server, so a fail-over of that server may grant a key twice;
 * use {@link Lease#fencing()} where that does harm.
 *
 * <p>Every method is lazy and cold. Signals come on an event loop of the toolkit. Errors are {@link RedisException}s.
 */
public interface Leases {

    /**
     * Asks once. A cancel gives back what was granted meanwhile.
     *
     * @param key what to lease
     * @return the lease, which must be released; empty when somebody else holds it
     */
    Mono<Lease> tryAcquire(String key);

    /**
     * Asks until the lease is granted: with growing pauses, at most a quarter of a second before jitter, and in no order
     * among those who wait. A cancel gives back what was granted meanwhile.
     *
     * @param key what to lease
     * @param longest how long to wait; up to 3650 days
     * @return the lease, which must be released; {@link LeaseUnavailableException} when it was not granted in time
     */
    Mono<Lease> acquire(String key, Duration longest);

    /**
     * Gets the lease, does the work under {@link Lease#guard} and gives the lease back, before the end of the work is
     * signalled. A cancel, at any moment, cancels the work and gives the lease back. This is the safest way to use a lease.
     *
     * @param key what to lease
     * @param longest how long to wait for it; zero asks once
     * @param work what to do; called once the lease is held
     * @param <T> the type of the results
     * @return the signals of the work, {@link LeaseUnavailableException} or {@link LeaseLostException}
     */
    <T> Flux<T> guard(String key, Duration longest, Function<? super Lease, ? extends Publisher<T>> work);
}
