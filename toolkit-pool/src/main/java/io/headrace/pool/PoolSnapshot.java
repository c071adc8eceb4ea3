package io.headrace.pool;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a {@link Pool} at one moment. They are read one after the other while the pool works on, so that under
 * load they may be off by one against each other.
 *
 * @param name the name of the pool
 * @param open whether the pool still lends connections; {@code false} as soon as {@link Pool#close()} was subscribed to
 * @param suspended whether the pool lends nothing until {@link Pool#resume()}
 * @param size connections that exist or are being opened
 * @param acquired connections that are lent, being validated or being cleaned
 * @param idle connections ready to be lent
 * @param waiting callers that wait for a connection
 * @param maxSize the most connections that are kept
 * @param overflow how many more there may be while all of those are lent
 * @param maxWaiting the limit of {@code waiting}
 * @param longestHold how long the oldest loan has lasted, or {@code null} if nothing is lent
 * @param longestHolder who has that loan: the name given by {@link Pool#holder}, or else, with a {@code leakThreshold}, the
 *     line of the program that asked for the connection; {@code null} where neither is known
 */
public record PoolSnapshot(
        String name,
        boolean open,
        boolean suspended,
        int size,
        int acquired,
        int idle,
        int waiting,
        int maxSize,
        int overflow,
        int maxWaiting,
        @Nullable Duration longestHold,
        @Nullable String longestHolder)
        implements Serializable {

    /** Connections that are being opened. */
    public int connecting() {
        return Math.max(0, size - acquired - idle);
    }

    /**
     * The numbers in one line, as they stand in messages:
     * {@code 9/10+5 in use, 1 connecting, 37 waiting, longest hold 41 s at OrderService.place}.
     */
    String numbers() {
        return Text.of(acquired) + "/" + Text.of(maxSize)
                + (overflow == 0 ? "" : "+" + Text.of(overflow)) + " in use, "
                + (connecting() == 0 ? "" : Text.of(connecting()) + " connecting, ")
                + Text.of(waiting) + " waiting"
                + (longestHold == null ? "" : ", longest hold " + Text.about(longestHold))
                + (longestHolder == null ? "" : " at " + longestHolder)
                + (suspended ? ", suspended" : "");
    }
}
