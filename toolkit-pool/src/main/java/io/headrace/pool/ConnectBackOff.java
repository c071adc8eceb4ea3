package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.headrace.pool.PoolConfig.BackOff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Leaves a database alone that is down. After a failed connect nobody connects for a pause; then one connect is tried, if
 * somebody wants a connection, and all others wait for its result. Another failure makes the next pause longer; a success
 * lets everybody connect. Connects that had begun before count by their success only: a database that goes down fails them
 * all at once, which is one failure.
 *
 * <p>A pause is a time before which nobody connects. A timer for its end runs only while somebody wants a connection; it
 * goes with the last who has given up, and who comes later sets it again for what is left.
 */
final class ConnectBackOff {

    /** Each pause is up to a half shorter by chance, so that the pools of many processes do not come in step. */
    private static final double SHORTER = 0.5;

    /** The pool, as it is seen from here. Called without a lock. */
    interface Watcher {

        /** Whether somebody waits for a connection, or connections are missing. */
        boolean isWanted();

        /** Opens one connection, whose result comes back here. False if there is no room for it. */
        boolean tryOne();
    }

    private static final Watcher NOBODY = new Watcher() {
        @Override
        public boolean isWanted() {
            return false;
        }

        @Override
        public boolean tryOne() {
            return false;
        }
    };

    private enum Stage {
        UP,
        PAUSING,
        /** The pause is over, and nobody wanted a connection. */
        DUE,
        TRYING
    }

    private final BackOff settings;
    private final Timing timing;
    private volatile Watcher watcher = NOBODY;

    private volatile Stage stage = Stage.UP;

    /** Counts failures; an opening remembers in which round it began. */
    private volatile int round;

    private volatile @Nullable Throwable lastFailure;

    @GuardedBy("this")
    private Duration pause;

    @GuardedBy("this")
    private long pauseEnds;

    @GuardedBy("this")
    private Disposable timer = Disposables.disposed();

    @GuardedBy("this")
    private boolean ended;

    ConnectBackOff(BackOff settings, Timing timing) {
        this.settings = settings;
        this.timing = timing;
        this.pause = settings.first();
    }

    void watchedBy(Watcher pool) {
        watcher = pool;
    }

    boolean isUp() {
        return stage == Stage.UP;
    }

    int round() {
        return round;
    }

    /** Why the last connect failed, or null while connects succeed. */
    @Nullable
    Throwable trouble() {
        return isUp() ? null : lastFailure;
    }

    /** A connect that began in that round failed for a reason that may pass. */
    synchronized void failed(int begunIn, Throwable reason) {
        lastFailure = reason;
        if (begunIn != round || ended || stage == Stage.PAUSING || stage == Stage.DUE) {
            return;
        }
        round++;
        stage = Stage.PAUSING;
        Duration length = Duration.ofNanos(timing.nanosUpToShorter(pause, SHORTER));
        pause = pause.compareTo(settings.longest().dividedBy(2)) < 0 ? pause.multipliedBy(2) : settings.longest();
        pauseEnds = timing.nanos() + length.toNanos();
        timer = timing.after(length, this::pauseOver);
    }

    /**
     * The database answered a connect, be it by a connection or by an error that will not pass.
     *
     * @return whether it was down until now
     */
    boolean answered() {
        if (isUp()) {
            return false;
        }
        synchronized (this) {
            if (isUp()) {
                return false;
            }
            stage = Stage.UP;
            pause = settings.first();
            timer.dispose();
            return true;
        }
    }

    private void pauseOver() {
        synchronized (this) {
            if (stage != Stage.PAUSING || ended) {
                return;
            }
            stage = Stage.DUE;
        }
        if (watcher.isWanted()) {
            wanted();
        }
    }

    /** Somebody who may have waited for a connection has left. */
    void left() {
        if (stage != Stage.PAUSING || watcher.isWanted()) {
            return;
        }
        synchronized (this) {
            if (stage == Stage.PAUSING) {
                timer.dispose();
                timer = Disposables.disposed();
            }
        }
        if (watcher.isWanted()) {
            // who came meanwhile may have found the timer running
            wanted();
        }
    }

    /** Somebody wants a connection: tries one now if it is time, or else when it is. */
    void wanted() {
        synchronized (this) {
            if (stage == Stage.PAUSING && !ended && timer.isDisposed()) {
                long left = pauseEnds - timing.nanos();
                if (left <= 0) {
                    stage = Stage.DUE;
                } else {
                    timer = timing.after(Duration.ofNanos(left), this::pauseOver);
                }
            }
            if (stage != Stage.DUE || ended) {
                return;
            }
            stage = Stage.TRYING;
        }
        if (!watcher.tryOne()) {
            synchronized (this) {
                if (stage == Stage.TRYING) {
                    stage = Stage.DUE;
                }
            }
        }
    }

    synchronized void end() {
        ended = true;
        timer.dispose();
    }
}
