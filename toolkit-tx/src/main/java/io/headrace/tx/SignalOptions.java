package io.headrace.tx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who hears of a transaction, and what it is called; immutable.
 *
 * @param listeners who is told, in this order
 * @param warnAfter how long a connection may be held before a line in the log; null for ever
 * @param callSite where the program described it; null where it has a name, or that is not known
 */
record SignalOptions(List<TransactionListener> listeners, @Nullable Duration warnAfter, @Nullable String callSite) {

    SignalOptions {
        if (warnAfter != null && warnAfter.toMillis() < 1) {
            throw new IllegalArgumentException("warnAfter must be 1 ms or more, was " + warnAfter);
        }
        listeners = List.copyOf(listeners);
    }

    /** The warning: what works on rows that others wait for is done long before. */
    static SignalOptions defaults() {
        return new SignalOptions(List.of(), Duration.ofSeconds(30), null);
    }

    SignalOptions withListener(TransactionListener listener) {
        List<TransactionListener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new SignalOptions(more, warnAfter, callSite);
    }

    SignalOptions withWarnAfter(@Nullable Duration threshold) {
        return new SignalOptions(listeners, threshold, callSite);
    }

    SignalOptions withCallSite(@Nullable String newCallSite) {
        return new SignalOptions(listeners, warnAfter, newCallSite);
    }
}
