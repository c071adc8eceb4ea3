package io.headrace.redis;

import java.time.Duration;

/**
 * What is in a {@link JobQueue} on the server at one moment, over all consumers of all processes, and how fast it went
 * lately. Rates are those of the last full minute, in steps of ten seconds.
 *
 * @param waiting to be fetched
 * @param delayed until their time or their next attempt
 * @param inFlight leased by a consumer
 * @param dead kept as dead letters
 * @param oldestWait how long the first of the waiting jobs has been waiting; zero when there is none
 * @param paused whether the queue hands out no jobs
 * @param totals since the queue was made
 * @param enqueuedPerSecond jobs that were added
 * @param donePerSecond jobs that were done
 * @param failedPerSecond attempts that failed, the last ones of dead letters included
 */
public record JobQueueSnapshot(
        long waiting,
        long delayed,
        long inFlight,
        long dead,
        Duration oldestWait,
        boolean paused,
        Totals totals,
        double enqueuedPerSecond,
        double donePerSecond,
        double failedPerSecond) {

    /**
     * Totals of a queue since it was made.
     *
     * @param enqueued jobs that were added
     * @param done jobs that were done
     * @param failed attempts that failed
     * @param dead jobs that became dead letters
     */
    public record Totals(long enqueued, long done, long failed, long dead) {}
}
