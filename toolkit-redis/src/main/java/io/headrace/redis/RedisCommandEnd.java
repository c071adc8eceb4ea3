package io.headrace.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How a command ended for its caller.
 *
 * @param outcome what the caller got
 * @param duration since the subscription
 * @param error of a failed command, or empty
 */
public record RedisCommandEnd(Outcome outcome, Duration duration, Optional<Throwable> error) {

    /** What the caller of a command got. */
    public enum Outcome {
        /** A reply, perhaps nil. */
        ANSWERED,
        /** An error. */
        FAILED,
        /** Nothing: it cancelled. */
        CANCELLED
    }
}
