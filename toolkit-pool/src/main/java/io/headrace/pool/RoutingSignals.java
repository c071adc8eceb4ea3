package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in one routing pool, told to those who count it. Called on the thread where it happens. */
final class RoutingSignals {

    private static final Logger LOG = LoggerFactory.getLogger(RoutingSignals.class);

    /** One who hears of it; quick. */
    interface Listener {

        /** A caller that wanted to read got a connection of this pool. */
        void read(Pool lender);

        /** Nothing is lent any more. */
        void closed();
    }

    /** Replaced as a whole, so that telling takes no lock and makes no iterator. */
    private volatile Listener[] listeners = {};

    @GuardedBy("this")
    private boolean ended;

    /** False if the pool is closed already and nothing will be told any more. */
    synchronized boolean add(Listener listener) {
        if (!ended) {
            listeners =
                    Stream.concat(Arrays.stream(listeners), Stream.of(listener)).toArray(Listener[]::new);
        }
        return !ended;
    }

    void read(Pool lender) {
        tell(listener -> listener.read(lender));
    }

    void closed() {
        synchronized (this) {
            ended = true;
        }
        tell(Listener::closed);
    }

    private void tell(Consumer<Listener> signal) {
        for (Listener listener : listeners) {
            try {
                signal.accept(listener);
            } catch (RuntimeException error) {
                // a broken meter registry must not break a loan
                LOG.warn("a listener of a routing pool failed", error);
            }
        }
    }
}
