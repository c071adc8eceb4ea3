package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in one pool, told to those who count it or pass it on. Called on the thread where it happens. */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** One who hears of it; quick. */
    interface Listener {

        /** Whether it is told of every loan, which costs a look at the clock. */
        default boolean hearsOfLoans() {
            return false;
        }

        /** A caller got a connection after so many nanoseconds. */
        default void acquired(long waited) {}

        /** A borrower gave its connection back, or it was taken, after so many nanoseconds. */
        default void returned(long held) {}

        /** A caller was refused because too many wait. */
        default void refused(PoolSnapshot snapshot) {}

        /** A caller's deadline passed. */
        default void timedOut(PoolSnapshot snapshot) {}

        /** A physical connection is open. */
        default void connected(Duration took) {}

        /** A connect failed. */
        default void connectFailed(Throwable reason) {}

        /** A physical connection is being closed. */
        default void closed(CloseCause cause) {}

        /** A borrower has had its connection for too long. */
        default void leakSuspected(Suspect suspect, boolean reclaimed) {}

        /** A borrower threw its connection away; its place is free again. */
        default void handleLost(Suspect suspect) {}

        /** Nothing is lent for the time being. */
        default void suspended() {}

        /** Connections are lent again. */
        default void resumed() {}

        /** All connections of this moment are being replaced. */
        default void refreshing() {}

        /** The most connections that are kept are so many now. */
        default void resized(int from, int to) {}

        /** The pool lends nothing any more and waits so long for what is lent. */
        default void draining(Duration patience) {}

        /** All is gone; the last signal. */
        default void poolClosed() {}
    }

    /** Replaced as a whole, so that telling takes no lock and makes no iterator. */
    private volatile Listener[] listeners = {};

    private volatile boolean loansHeard;

    @GuardedBy("this")
    private boolean ended;

    /** False if the pool is closed already and nothing will be told any more. */
    synchronized boolean add(Listener listener) {
        if (!ended) {
            listeners =
                    Stream.concat(Arrays.stream(listeners), Stream.of(listener)).toArray(Listener[]::new);
            loansHeard = Arrays.stream(listeners).anyMatch(Listener::hearsOfLoans);
        }
        return !ended;
    }

    synchronized void remove(Listener listener) {
        listeners = Arrays.stream(listeners).filter(other -> other != listener).toArray(Listener[]::new);
        loansHeard = Arrays.stream(listeners).anyMatch(Listener::hearsOfLoans);
    }

    /** Whether the time of a loan need not be taken. */
    boolean isSilent() {
        return !loansHeard;
    }

    void acquired(long waited) {
        // these two without a lambda, since they come with every loan
        for (Listener listener : listeners) {
            try {
                listener.acquired(waited);
            } catch (RuntimeException error) {
                failed(error);
            }
        }
    }

    void returned(long held) {
        for (Listener listener : listeners) {
            try {
                listener.returned(held);
            } catch (RuntimeException error) {
                failed(error);
            }
        }
    }

    void refused(PoolSnapshot snapshot) {
        tell(listener -> listener.refused(snapshot));
    }

    void timedOut(PoolSnapshot snapshot) {
        tell(listener -> listener.timedOut(snapshot));
    }

    void connected(Duration took) {
        tell(listener -> listener.connected(took));
    }

    void connectFailed(Throwable reason) {
        tell(listener -> listener.connectFailed(reason));
    }

    void closed(CloseCause cause) {
        tell(listener -> listener.closed(cause));
    }

    void leakSuspected(Suspect suspect, boolean reclaimed) {
        tell(listener -> listener.leakSuspected(suspect, reclaimed));
    }

    void handleLost(Suspect suspect) {
        tell(listener -> listener.handleLost(suspect));
    }

    void suspended() {
        tell(Listener::suspended);
    }

    void resumed() {
        tell(Listener::resumed);
    }

    void refreshing() {
        tell(Listener::refreshing);
    }

    void resized(int from, int to) {
        tell(listener -> listener.resized(from, to));
    }

    void draining(Duration patience) {
        tell(listener -> listener.draining(patience));
    }

    void poolClosed() {
        synchronized (this) {
            ended = true;
        }
        tell(Listener::poolClosed);
    }

    private void tell(Consumer<Listener> signal) {
        for (Listener listener : listeners) {
            try {
                signal.accept(listener);
            } catch (RuntimeException error) {
                failed(error);
            }
        }
    }

    /** A broken meter registry must not break a loan. */
    private static void failed(RuntimeException error) {
        LOG.warn("a listener of a pool failed", error);
    }
}
