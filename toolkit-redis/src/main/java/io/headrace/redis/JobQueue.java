package io.headrace.redis;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A queue of jobs on a Redis stream, shared by any number of producers and consumers in any number of processes.
 *
 * <p>Delivery is <em>at least once</em>: a job is handled again when its consumer dies, loses its lease or cannot record
 * the result, so handlers must be idempotent. Order is roughly first in, first out. Every job is kept until it is done
 * or dead; the server needs {@code maxmemory-policy noeviction}, and persistence if jobs shall survive it.
 *
 * <p>Needs Redis 6.2 or newer. All keys of a queue carry the hash tag <code>{name}</code>.
 *
 * @param <T> the type of the payloads
 */
public interface JobQueue<T> {

    /**
     * Adds a job. Lazy; each subscription adds one. Signals come on an event loop.
     *
     * @param payload not null
     * @return the id of the job, once the server has it. After an error with
     *     {@link RedisException#outcomeUnknown()} it may be there all the same.
     */
    Mono<String> enqueue(T payload);

    /**
     * Adds many jobs, pipelined: up to 256 are on the way at a time, and as many are requested. Lazy; a cancel stops the
     * source and leaves what was sent.
     *
     * @param payloads source
     * @return the ids in the order of the payloads; the first error ends it
     */
    Flux<String> enqueueAll(Publisher<? extends T> payloads);

    /**
     * Handles jobs with default options.
     *
     * @param handler as in {@link #consume(Function, ConsumeOptions)}
     * @return the outcomes
     */
    default Flux<JobOutcome<T>> consume(Function<? super Job<T>, ? extends Publisher<?>> handler) {
        return consume(handler, ConsumeOptions.defaults());
    }

    /**
     * Handles jobs until it is cancelled or the toolkit closes. Lazy; each subscription is a consumer with a connection
     * of its own.
     *
     * <p>Demand is respected: a job is fetched only when its outcome was requested and fewer than
     * {@link ConsumeOptions#concurrency()} handlers run; without demand nothing is read. The lease of a running job is
     * extended three times per {@link ConsumeOptions#leaseTime()}.
     *
     * <p>A handler that completes is done, whatever it emitted; one that fails is retried with back-off, up to
     * {@link ConsumeOptions#maxAttempts()}, then its job is kept as a dead letter. Handlers are called on the parallel
     * scheduler and must not block it; outcomes come on any thread, one after the other.
     *
     * <p>A cancel stops fetching, cancels the running handlers and hands their jobs back, so that another consumer has
     * them at once. A close of the toolkit stops fetching and lets handlers end for {@link RedisConfig#closeTimeout()},
     * then does the same and completes. A lost connection is bridged: fetching goes on when the server is back.
     *
     * @param handler called for each attempt
     * @param options concurrency, lease and attempts
     * @return the outcomes; an error when the server refuses to serve the queue, for example a key of another type
     */
    Flux<JobOutcome<T>> consume(Function<? super Job<T>, ? extends Publisher<?>> handler, ConsumeOptions options);

    /**
     * Counts the jobs on the server. Lazy and cold.
     *
     * @return the numbers of one moment
     */
    Mono<JobQueueSnapshot> stats();
}
