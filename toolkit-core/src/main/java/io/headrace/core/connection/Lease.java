package io.headrace.core.connection;

import io.r2dbc.spi.Connection;
import org.reactivestreams.Publisher;

/**
 * A connection that a pool lends, with what a holder can tell the pool about it. Whoever knows nothing of this uses it as
 * any other connection.
 */
public interface Lease extends Connection {

    /**
     * From now on the holder keeps track of statements itself: it never cancels a publisher of the driver unless that is
     * safe, and gives the connection back only when it is quiet, or else by {@link #discard()}. The pool need not watch
     * each statement then.
     */
    void trackedByHolder();

    /**
     * Gives the connection back for good: something may still run on it, or its state is not known, and nobody else may
     * have it. Lazy; completes when the pool has it back. As harmless as closing twice where it was given back before.
     */
    Publisher<Void> discard();
}
