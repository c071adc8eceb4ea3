package io.headrace.pool;

import java.io.Serializable;

/**
 * The numbers of a {@link Pool} at one moment. They are read one after the other while the pool works on, so that under
 * load they may be off by one against each other.
 *
 * @param name the name of the pool
 * @param open whether the pool still lends connections; {@code false} as soon as {@link Pool#close()} was subscribed to
 * @param size connections that exist or are being opened
 * @param acquired connections that are lent, being validated or being cleaned
 * @param idle connections ready to be lent
 * @param waiting callers that wait for a connection
 * @param maxSize the limit of {@code size}
 * @param maxWaiting the limit of {@code waiting}
 */
public record PoolSnapshot(
        String name, boolean open, int size, int acquired, int idle, int waiting, int maxSize, int maxWaiting)
        implements Serializable {

    /** Connections that are being opened. */
    public int connecting() {
        return Math.max(0, size - acquired - idle);
    }

    /** The numbers in one line, as they stand in messages: {@code 9/10 in use, 1 connecting, 37 waiting}. */
    String numbers() {
        return Text.of(acquired) + "/" + Text.of(maxSize) + " in use, "
                + (connecting() == 0 ? "" : Text.of(connecting()) + " connecting, ")
                + Text.of(waiting) + " waiting";
    }
}
