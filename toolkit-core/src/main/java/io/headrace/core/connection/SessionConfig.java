package io.headrace.core.connection;

import io.headrace.core.observe.StatementListener;
import java.time.Duration;
import java.util.List;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Settings of {@link Sessions}; immutable.
 *
 * @param drainTimeout how long a cancelled statement may take to end before its connection is given up
 * @param statementsInFlight how many statements of one session the driver holds at most, 1 to 224; further ones wait
 * @param statementsWaiting how many statements of one session may wait, 0 or more; a further one is an error
 * @param listeners who is told of statements
 * @param timer where waits are timed, and whose time is measured
 */
public record SessionConfig(
        Duration drainTimeout,
        int statementsInFlight,
        int statementsWaiting,
        List<StatementListener> listeners,
        Scheduler timer) {

    /** The queue of r2dbc-postgresql holds 256 and fails beyond; some of it is for what is sent ahead of statements. */
    private static final int DRIVER_LIMIT = 224;

    /** Checks the ranges. */
    public SessionConfig {
        if (drainTimeout.isNegative() || drainTimeout.isZero()) {
            throw new IllegalArgumentException("drainTimeout must be positive, was " + drainTimeout);
        }
        if (statementsInFlight < 1 || statementsInFlight > DRIVER_LIMIT) {
            throw new IllegalArgumentException(
                    "statementsInFlight must be between 1 and " + DRIVER_LIMIT + ", was " + statementsInFlight);
        }
        if (statementsWaiting < 0) {
            throw new IllegalArgumentException("statementsWaiting must be 0 or more, was " + statementsWaiting);
        }
        listeners = List.copyOf(listeners);
    }

    /**
     * The defaults. Drain timeout: 30 s, longer than a healthy server ever needs to answer a cancel request. In flight:
     * 128, half of what r2dbc-postgresql holds before it fails; the rest is for what does not pass through the session,
     * and more would gain nothing, for the driver sends bound statements one by one. Waiting: 10,000; each costs memory
     * for its values, and who has started more at once has lost count. No listeners; Reactor's parallel scheduler.
     */
    public static SessionConfig defaults() {
        return new SessionConfig(Duration.ofSeconds(30), 128, 10_000, List.of(), Schedulers.parallel());
    }

    /** The same with this drain timeout. */
    public SessionConfig withDrainTimeout(Duration timeout) {
        return new SessionConfig(timeout, statementsInFlight, statementsWaiting, listeners, timer);
    }

    /** The same with these limits. */
    public SessionConfig withStatementLimits(int inFlight, int waiting) {
        return new SessionConfig(drainTimeout, inFlight, waiting, listeners, timer);
    }

    /** The same with these listeners instead of its own. */
    public SessionConfig withListeners(List<StatementListener> newListeners) {
        return new SessionConfig(drainTimeout, statementsInFlight, statementsWaiting, newListeners, timer);
    }

    /** The same with this timer, such as one of virtual time. */
    public SessionConfig withTimer(Scheduler scheduler) {
        return new SessionConfig(drainTimeout, statementsInFlight, statementsWaiting, listeners, scheduler);
    }
}
