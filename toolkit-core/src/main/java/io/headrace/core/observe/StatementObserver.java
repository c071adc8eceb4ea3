package io.headrace.core.observe;

import java.time.Duration;
import reactor.util.context.Context;

/**
 * Follows one execution of a statement. Its methods are called in the order in which they stand here, each at most once, on
 * whatever thread the statement is on, most often the driver's event loop: they must not block. What they throw is logged
 * and ignored.
 */
public interface StatementObserver {

    /** An observer that looks at nothing. */
    StatementObserver NONE = new StatementObserver() {};

    /** The context that everything upstream of the statement is to see; by default the subscriber's own. */
    default Context contextWrite(Context context) {
        return context;
    }

    /** It has a connection and a place on it, and is given to the driver now, {@code wait} after its subscription. */
    default void sent(Duration wait) {}

    /** Its first row is here. Not called for updates. */
    default void firstRow(Duration sinceSubscription) {}

    /** It is over for its subscriber, who hears of it after this. Called exactly once. */
    default void ended(StatementEnd end) {}

    /**
     * The connection of a statement that had been cancelled is quiet again. Called only after a cancel of a statement
     * that the driver still worked on.
     *
     * @param took since the cancel
     * @param stopped whether the server was asked to stop the statement; where not, it ran out or its portal was closed
     */
    default void drained(Duration took, boolean stopped) {}
}
