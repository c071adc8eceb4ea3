package io.headrace.redis;

import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;

/**
 * What all consumers of one subscription need.
 *
 * @param store the queue
 * @param payloads decodes
 * @param handler of the user
 * @param options concurrency, lease and attempts
 * @param config delays and dead letters
 * @param connections opens the connection for blocking reads
 * @param closeTimeout how long handlers may go on when the toolkit closes
 * @param timing tells the time
 * @param <T> the type of the payload
 */
record JobWork<T>(
        JobStore store,
        KeySpace<T> payloads,
        Function<? super Job<T>, ? extends Publisher<?>> handler,
        ConsumeOptions options,
        JobQueueConfig config,
        Connections connections,
        Duration closeTimeout,
        Timing timing) {

    private static final Duration LONGEST_BLOCK = Duration.ofSeconds(1);
    private static final Duration LONGEST_REAPING = Duration.ofSeconds(5);

    /** Finite, because a half-open socket must be noticed. */
    Duration longestBlock() {
        return LONGEST_BLOCK;
    }

    /** How often to look for lost leases. */
    Duration reaping() {
        Duration third = beat();
        return third.compareTo(LONGEST_REAPING) < 0 ? third : LONGEST_REAPING;
    }

    /** Two extensions may fail before the lease runs out. */
    Duration beat() {
        return options.leaseTime().dividedBy(3);
    }

    Duration retryDelay(int attempt) {
        return new Backoff(options.firstRetryDelay(config), options.maxRetryDelay(config)).delay(attempt, timing);
    }
}
