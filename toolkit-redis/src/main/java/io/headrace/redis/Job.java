package io.headrace.redis;

import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * A job as its handler sees it, for as long as the handler runs. Safe for use by any thread.
 *
 * @param <T> the type of the payload
 */
public interface Job<T> {

    /**
     * The id of the job.
     *
     * @return as {@link JobQueue#enqueue} gave it; the same over all attempts
     */
    String id();

    /**
     * What is to be done.
     *
     * @return the decoded payload
     */
    T payload();

    /**
     * The attempt.
     *
     * @return 1 for the first, and one more after each failure of a handler; a lease that ran out does not count
     */
    int attempt();

    /**
     * How often this attempt was handed to a consumer.
     *
     * @return 1 unless a consumer died over it or lost its lease
     */
    int delivery();

    /**
     * A number that is larger for each later holder of the job. A store that remembers the largest it has seen for a job, and
     * refuses smaller ones, cannot be harmed by a handler that has lost its lease without knowing.
     *
     * @return the number, based on the microseconds of the server
     */
    long fencing();

    /**
     * What came with the job.
     *
     * @return as {@link EnqueueOptions#headers()} had them
     */
    Map<String, String> headers();

    /**
     * How long the handler may go on before it is cancelled and counts as failed, by this process's monotonic clock.
     *
     * @return the time; zero when it is over
     */
    Duration timeLeft();

    /**
     * Makes sure that the lease is still held, and lets the handler run longer. Heartbeats extend the lease by themselves; this
     * is for a handler that needs more than {@link ConsumeOptions#timeLimit()}, or wants to be sure before a step that cannot be
     * undone. Lazy; signals come on an event loop.
     *
     * @param time how long the handler may go on from now on
     * @return completion, a {@link LeaseLostException} when somebody else has the job, or another {@link RedisException} after
     *     which nothing has changed
     */
    Mono<Void> extend(Duration time);

    /**
     * Says how far the work is, for {@link JobQueue#progress}. Lazy; each subscription is one command.
     *
     * @param done pieces of work that are done
     * @param total pieces of work there are
     * @return completion, once the server has it
     */
    Mono<Void> progress(long done, long total);
}
