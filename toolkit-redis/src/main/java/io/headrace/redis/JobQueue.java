package io.headrace.redis;

import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A queue of jobs on Redis streams, shared by any number of producers and consumers in any number of processes.
 *
 * <p>Delivery is <em>at least once</em>: a job is handled again when its consumer dies, loses its lease or cannot record
 * the result, so handlers must be idempotent ({@link JobInbox} helps). At any time at most one consumer holds a valid lease of a
 * job. Order is roughly first in, first out within a priority. Every job is kept until it is done or dead; the server needs
 * {@code maxmemory-policy noeviction}, and an append-only file if jobs shall survive it.
 *
 * <p>Needs Redis 6.2 or newer. All keys of a queue carry the hash tag <code>{name}</code>. All times that decide something are those
 * of the server; the clocks of the workers may differ.
 *
 * <p>Every method is lazy and cold. Signals come on an event loop of the toolkit unless a method says otherwise. Errors are
 * {@link RedisException}s.
 *
 * @param <T> the type of the payloads
 */
public interface JobQueue<T> {

    /**
     * Adds a job with default options.
     *
     * @param payload not null
     * @return as {@link #enqueue(Object, EnqueueOptions)}
     */
    default Mono<String> enqueue(T payload) {
        return enqueue(payload, EnqueueOptions.defaults());
    }

    /**
     * Adds a job. Each subscription adds one. Jobs of several callers go together when the server is busy. A cancel takes a
     * job back that was not sent.
     *
     * @param payload not null
     * @param options delay, priority, unique key, headers and attempts
     * @return the id of the job, once the server has it; with a unique key that of the first job with it. After an error with
     *     {@link RedisException#outcomeUnknown()} it may be there all the same; with a unique key it does no harm to try again.
     */
    Mono<String> enqueue(T payload, EnqueueOptions options);

    /**
     * Adds many jobs with default options.
     *
     * @param payloads source
     * @return as {@link #enqueueAll(Publisher, Function)}
     */
    default Flux<String> enqueueAll(Publisher<? extends T> payloads) {
        return enqueueAll(payloads, payload -> EnqueueOptions.defaults());
    }

    /**
     * Adds many jobs: up to 1 024 are requested and on the way at a time, in commands of up to 256. A cancel stops the source
     * and leaves what was sent.
     *
     * @param payloads source
     * @param options of each job; return the same object where they are the same
     * @return the ids in the order of the payloads; the first error ends it
     */
    Flux<String> enqueueAll(Publisher<? extends T> payloads, Function<? super T, EnqueueOptions> options);

    /**
     * Adds a job after the current transaction has committed, for example
     * {@code queue.enqueueAfterCommit(tx::afterCommit, payload, options)}. <strong>May lose the job</strong>: when the process dies,
     * or Redis cannot be reached, between the commit and the enqueueing, nobody does it again. Where that must not be, write
     * the job into a table within the transaction and enqueue from there with a unique key. A payload that cannot be encoded
     * or is too large fails before the commit.
     *
     * @param afterCommit registers work to be done after the commit, and completes once it is registered
     * @param payload not null
     * @param options as for {@link #enqueue(Object, EnqueueOptions)}
     * @return what {@code afterCommit} returns
     */
    Mono<Void> enqueueAfterCommit(
            Function<? super Mono<Void>, ? extends Mono<Void>> afterCommit, T payload, EnqueueOptions options);

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
     * Handles jobs until it is cancelled or the queue or the toolkit closes. Each subscription is a consumer with a connection of
     * its own, for waiting.
     *
     * <p>Demand is respected: a job is fetched only when its outcome was requested and fewer than
     * {@link ConsumeOptions#concurrency()} handlers run; without demand nothing is fetched. The lease of a running job is
     * extended three times per {@link ConsumeOptions#leaseTime()}. A handler whose lease is lost, or could not be extended in
     * time, is cancelled, and its result is refused by the server where somebody else has the job.
     *
     * <p>A handler that completes is done, whatever it emitted; one that fails, or takes longer than
     * {@link ConsumeOptions#timeLimit()}, is retried with back-off up to {@link ConsumeOptions#maxAttempts()}, then its job is kept as
     * a dead letter; so is one that was handed out {@link ConsumeOptions#maxDeliveries()} times without a result. Handlers are
     * called on the parallel scheduler and must not block it; outcomes come on any thread, one after the other.
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
     * Enqueues a job at each moment of a schedule until it is cancelled. May run in any number of processes: each moment gives
     * one job, by the clock of the server. When nobody was there at one or more moments, one job makes up for them. While Redis
     * cannot be reached it tries again.
     *
     * @param job name, schedule and payload; all processes should mean the same by a name
     * @return the ids of the jobs that this subscription enqueued; completes only when the schedule ends. At most one job is
     *     enqueued ahead of demand.
     */
    Flux<String> recur(RecurringJob<T> job);

    /**
     * Counts the jobs on the server, at a cost that does not grow with their number.
     *
     * @return the numbers of one moment
     */
    Mono<JobQueueSnapshot> stats();

    /**
     * What the handler of a job said last by {@link Job#progress}.
     *
     * @param id of the job
     * @return empty when it said nothing yet, or the job has ended
     */
    Mono<JobProgress> progress(String id);

    /**
     * Lists the dead letters, the oldest first, a hundred per command and on demand.
     *
     * @return those there are
     */
    Flux<DeadLetter<T>> deadLetters();

    /**
     * Puts the job of a dead letter back into the queue, with its id and all its attempts.
     *
     * @param letter to put back
     * @return false when it is no longer there
     */
    Mono<Boolean> requeue(DeadLetter<T> letter);

    /**
     * Puts the jobs of all dead letters back, in steps of a hundred.
     *
     * @return how many
     */
    Mono<Long> requeueDeadLetters();

    /**
     * Throws all dead letters away.
     *
     * @return how many
     */
    Mono<Long> purgeDeadLetters();

    /**
     * Makes the server hand out no more jobs to anybody, until {@link #resume}. Running handlers go on, and jobs may be
     * enqueued.
     *
     * @return completion, from which on no job starts
     */
    Mono<Void> pause();

    /**
     * Ends {@link #pause}.
     *
     * @return completion
     */
    Mono<Void> resume();

    /**
     * Ends the consumers of this object, and refuses new ones: stops fetching, lets running handlers end, and at the end of the
     * time cancels them and hands their jobs back. The outcomes then complete. The first subscription decides the time.
     *
     * @param timeout for the handlers, from zero on
     * @return completion, once nothing is held
     */
    Mono<Void> close(Duration timeout);
}
