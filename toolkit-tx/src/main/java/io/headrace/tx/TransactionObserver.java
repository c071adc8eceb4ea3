package io.headrace.tx;

import java.time.Duration;
import reactor.util.context.Context;

/**
 * Follows one attempt at a transaction. Its methods are called in the order in which they stand here, each at most once, most
 * often on the driver's event loop: they must not block. What they throw is logged and ignored.
 */
public interface TransactionObserver {

    /** An observer that looks at nothing. */
    TransactionObserver NONE = new TransactionObserver() {};

    /** The context that the body is to see; by default the subscriber's own. */
    default Context contextWrite(Context context) {
        return context;
    }

    /** It has a connection, {@code wait} after it asked for one, and its body begins. */
    default void begun(Duration wait) {}

    /** It is over and its connection has been given back; hooks and subscriber hear of it after this. Called exactly once. */
    default void ended(TransactionEnd end) {}
}
