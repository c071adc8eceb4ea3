package io.headrace.redis;

import java.time.Duration;

/**
 * Hears what becomes of the jobs of a queue in this process; set by {@link JobQueueConfig.Builder#listener}. Methods must not
 * block; what they throw is logged and ignored.
 */
public interface JobListener {

    /**
     * Jobs were enqueued, those that were there already by their unique key included.
     *
     * @param queue its name
     * @param jobs how many
     */
    default void enqueued(String queue, int jobs) {}

    /**
     * A handler is about to be called.
     *
     * @param queue its name
     * @param attempt 1 for the first
     * @param waited since the job could be fetched, by the clock of the server
     */
    default void started(String queue, int attempt, Duration waited) {}

    /**
     * An attempt ended and its outcome is recorded.
     *
     * @param queue its name
     * @param outcome how it ended
     * @param ran how long the handler had the job
     */
    default void ended(String queue, JobOutcome<?> outcome, Duration ran) {}
}
