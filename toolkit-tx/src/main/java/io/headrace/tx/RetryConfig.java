package io.headrace.tx;

import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * When a transaction is run again from its start, and how often; immutable. The pause before it grows by a factor from one
 * attempt to the next and is made shorter by chance, so that those who collided do not do so again.
 *
 * @param attempts how often it is run at most, the first time included, 1 to 100
 * @param firstPause the pause after the first attempt, positive
 * @param factor by what the pause grows, 1 to 10
 * @param longestPause what it does not grow beyond, {@code firstPause} or more
 * @param jitter up to which part the pause is shortened by chance, 0 to 1
 * @param retryable which errors are worth another attempt; never asked about a {@link CommitOutcomeUnknownException}
 */
public record RetryConfig(
        int attempts,
        Duration firstPause,
        double factor,
        Duration longestPause,
        double jitter,
        Predicate<? super Throwable> retryable) {

    private static final int MOST_ATTEMPTS = 100;
    private static final double LARGEST_FACTOR = 10;

    /** Checks the ranges. */
    public RetryConfig {
        if (attempts < 1 || attempts > MOST_ATTEMPTS) {
            throw new IllegalArgumentException("attempts must be between 1 and " + MOST_ATTEMPTS + ", was " + attempts);
        }
        if (firstPause.isNegative() || firstPause.isZero()) {
            throw new IllegalArgumentException("firstPause must be positive, was " + firstPause);
        }
        if (!(factor >= 1 && factor <= LARGEST_FACTOR)) {
            throw new IllegalArgumentException("factor must be between 1 and " + LARGEST_FACTOR + ", was " + factor);
        }
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("longestPause must not be shorter than firstPause, but is "
                    + longestPause + " and firstPause is " + firstPause);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be between 0 and 1, was " + jitter);
        }
    }

    /**
     * At most so many attempts, after serialization failures and deadlocks. Pauses of 10 ms, about as long as the transaction
     * that stood in the way still needs, then twice as long each time up to 1 s, each up to half shorter by chance.
     *
     * @param attempts the first included, 1 to 100
     */
    public static RetryConfig of(int attempts) {
        return new RetryConfig(
                attempts,
                Duration.ofMillis(10),
                2,
                Duration.ofSeconds(1),
                0.5,
                isAnyOf(Set.of(SqlErrorKind.SERIALIZATION_FAILURE, SqlErrorKind.DEADLOCK)));
    }

    /** The same with these pauses. */
    public RetryConfig withPauses(Duration first, double newFactor, Duration longest) {
        return new RetryConfig(attempts, first, newFactor, longest, jitter, retryable);
    }

    /** The same with this jitter. */
    public RetryConfig withJitter(double part) {
        return new RetryConfig(attempts, firstPause, factor, longestPause, part, retryable);
    }

    /** The same after errors of these kinds only. After {@code CONNECTION_LOST} too is safe: an unknown COMMIT is left out. */
    public RetryConfig on(SqlErrorKind kind, SqlErrorKind... more) {
        return when(isAnyOf(EnumSet.of(kind, more)));
    }

    /** The same after the errors that this accepts only. */
    public RetryConfig when(Predicate<? super Throwable> errors) {
        return new RetryConfig(attempts, firstPause, factor, longestPause, jitter, errors);
    }

    private static Predicate<Throwable> isAnyOf(Set<SqlErrorKind> kinds) {
        return error -> kinds.contains(SqlErrors.kindOf(error));
    }

    boolean retries(Throwable error) {
        return !CommitOutcomeUnknownException.isIn(error) && retryable.test(error);
    }

    /**
     * The pause after an attempt that failed.
     *
     * @param attempt counted from 1
     * @param chance 0 to 1
     */
    Duration pauseAfter(int attempt, double chance) {
        double grown = Math.min(firstPause.toNanos() * Math.pow(factor, attempt - 1), longestPause.toNanos());
        return Duration.ofNanos((long) (grown * (1 - jitter * chance)));
    }
}
