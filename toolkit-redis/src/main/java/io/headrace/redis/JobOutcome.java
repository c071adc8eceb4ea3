package io.headrace.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How one attempt at a job ended. Emitted once Redis has recorded it, except {@link Lost}.
 *
 * @param <T> the type of the payload
 */
public sealed interface JobOutcome<T> {

    /** The kinds of outcome, for programs that cannot switch over types. */
    enum Kind {
        /** See {@link JobOutcome.Done}. */
        DONE,
        /** See {@link JobOutcome.Retried}. */
        RETRIED,
        /** See {@link JobOutcome.Dead}. */
        DEAD,
        /** See {@link JobOutcome.Lost}. */
        LOST
    }

    /**
     * The kind.
     *
     * @return one for each type
     */
    Kind kind();

    /**
     * The id of the job.
     *
     * @return as {@link JobQueue#enqueue} gave it
     */
    String id();

    /**
     * The attempt that ended.
     *
     * @return 1 for the first
     */
    int attempt();

    /**
     * The handler completed and the job is removed.
     *
     * @param job that was handled
     * @param <T> the type of the payload
     */
    record Done<T>(Job<T> job) implements JobOutcome<T> {

        @Override
        public Kind kind() {
            return Kind.DONE;
        }

        @Override
        public String id() {
            return job.id();
        }

        @Override
        public int attempt() {
            return job.attempt();
        }
    }

    /**
     * The handler failed and the job will be tried again.
     *
     * @param job that failed
     * @param error of the handler
     * @param delay until the next attempt, at least
     * @param <T> the type of the payload
     */
    record Retried<T>(Job<T> job, Throwable error, Duration delay) implements JobOutcome<T> {

        @Override
        public Kind kind() {
            return Kind.RETRIED;
        }

        @Override
        public String id() {
            return job.id();
        }

        @Override
        public int attempt() {
            return job.attempt();
        }
    }

    /**
     * The job was moved to the dead letters: its attempts are used up, its payload cannot be decoded, or too
     * many consumers lost it.
     *
     * @param id of the job
     * @param attempt the last one
     * @param job empty when no handler was called for it
     * @param error of the handler or the codec, or a {@link JobLimitException}
     * @param <T> the type of the payload
     */
    record Dead<T>(String id, int attempt, Optional<Job<T>> job, Throwable error) implements JobOutcome<T> {

        @Override
        public Kind kind() {
            return Kind.DEAD;
        }
    }

    /**
     * The lease ran out or the result could not be recorded: another consumer has or gets the job, so it may be handled
     * twice. A handler that still runs is cancelled.
     *
     * @param job that was lost
     * @param <T> the type of the payload
     */
    record Lost<T>(Job<T> job) implements JobOutcome<T> {

        @Override
        public Kind kind() {
            return Kind.LOST;
        }

        @Override
        public String id() {
            return job.id();
        }

        @Override
        public int attempt() {
            return job.attempt();
        }
    }
}
