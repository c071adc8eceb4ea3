package io.headrace.tx;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a transaction ends otherwise than it should; immutable.
 *
 * @param retry when it is run again; null for never
 * @param random a number from 0 to 1, by chance
 * @param commitCheck when the server is asked for the transaction's id
 * @param commitCheckTimeout how long the outcome of a lost COMMIT is looked for
 */
record EndOptions(
        @Nullable RetryConfig retry, DoubleSupplier random, CommitCheck commitCheck, Duration commitCheckTimeout) {

    EndOptions {
        if (commitCheckTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("commitCheckTimeout must be 1 ms or more, was " + commitCheckTimeout);
        }
    }

    /** The time for the check: a server that restarts or fails over is mostly back by then, and callers still wait. */
    static EndOptions defaults() {
        return new EndOptions(
                null, () -> ThreadLocalRandom.current().nextDouble(), CommitCheck.WITH_COMMIT, Duration.ofSeconds(10));
    }

    EndOptions withRetry(RetryConfig newRetry) {
        return new EndOptions(newRetry, random, commitCheck, commitCheckTimeout);
    }

    EndOptions withRandom(DoubleSupplier newRandom) {
        return new EndOptions(retry, newRandom, commitCheck, commitCheckTimeout);
    }

    EndOptions withCommitCheck(CommitCheck check) {
        return new EndOptions(retry, random, check, commitCheckTimeout);
    }

    EndOptions withCommitCheckTimeout(Duration timeout) {
        return new EndOptions(retry, random, commitCheck, timeout);
    }
}
