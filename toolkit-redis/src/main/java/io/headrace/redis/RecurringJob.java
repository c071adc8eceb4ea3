package io.headrace.redis;

import java.time.Instant;
import java.util.function.Function;

/**
 * A job that is enqueued again and again, for {@link JobQueue#recur}.
 *
 * @param name by which all processes know it, from 1 to 200 characters without braces
 * @param schedule when
 * @param payload makes the payload for a moment of the schedule; must not block
 * @param options priority, headers and attempts; it has no delay and no unique key
 * @param <T> the type of the payload
 */
public record RecurringJob<T>(
        String name, Schedule schedule, Function<? super Instant, ? extends T> payload, EnqueueOptions options) {

    /** Checks the name and the options. */
    public RecurringJob {
        name = Names.checked("name of a recurring job", name);
        if (options.delay().isPresent()
                || options.dueAt().isPresent()
                || options.uniqueKey().isPresent()) {
            throw new IllegalArgumentException("The recurring job '" + name
                    + "' has a delay, a due time or a unique key. Its schedule says when it is due; leave them out.");
        }
    }

    /**
     * A recurring job with default options.
     *
     * @param name by which all processes know it, from 1 to 200 characters without braces
     * @param schedule when
     * @param payload makes the payload for a moment of the schedule; must not block
     */
    public RecurringJob(String name, Schedule schedule, Function<? super Instant, ? extends T> payload) {
        this(name, schedule, payload, EnqueueOptions.defaults());
    }
}
