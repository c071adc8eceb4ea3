package io.headrace.core;

import io.headrace.core.connection.SessionConfig;
import io.headrace.core.json.JsonCodec;
import io.headrace.core.mapping.Converter;
import io.headrace.core.mapping.Converters;
import io.headrace.core.observe.StatementListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Database}; immutable.
 *
 * @param fetchSize rows per round trip of a multi-row read, 1 to 1,000,000
 * @param drainTimeout how long a cancelled statement may take to end before its connection is given up
 * @param json how values become JSON columns and back
 * @param converters how types of the program's own become columns and back
 * @param statementsInFlight how many statements of one connection the driver holds at most, 1 to 224; further ones wait
 * @param statementsWaiting how many statements of one connection may wait, 0 or more; a further one is an error
 * @param listeners who is told of statements, in this order
 * @param slowStatementThreshold from which time on a statement is logged as slow; null for never
 */
public record DatabaseConfig(
        int fetchSize,
        Duration drainTimeout,
        JsonCodec json,
        Converters converters,
        int statementsInFlight,
        int statementsWaiting,
        List<StatementListener> listeners,
        @Nullable Duration slowStatementThreshold) {

    private static final int LARGEST_FETCH_SIZE = 1_000_000;

    /** Checks the ranges. */
    public DatabaseConfig {
        if (fetchSize < 1 || fetchSize > LARGEST_FETCH_SIZE) {
            throw new IllegalArgumentException(
                    "fetchSize must be between 1 and " + LARGEST_FETCH_SIZE + ", was " + fetchSize);
        }
        listeners = List.copyOf(listeners);
        var unused = sessions(drainTimeout, statementsInFlight, statementsWaiting, listeners, slowStatementThreshold);
    }

    /**
     * The defaults: a fetch size of 1,000, so that a stream that is cut off costs one chunk and not the table, while the
     * round trip for a chunk, which at 256 rows is a quarter of the time of a long stream, hardly shows; JSON by
     * Jackson 3, where it is on the class path; the drain timeout and the limits of {@link SessionConfig#defaults()}; no
     * listener, and no slow statement log, so that statements carry nothing for them.
     */
    public static DatabaseConfig defaults() {
        SessionConfig sessions = SessionConfig.defaults();
        return new DatabaseConfig(
                1_000,
                sessions.drainTimeout(),
                JsonCodec.onClassPath(),
                Converters.none(),
                sessions.statementsInFlight(),
                sessions.statementsWaiting(),
                List.of(),
                null);
    }

    /** The same with this fetch size. */
    public DatabaseConfig withFetchSize(int rows) {
        return new DatabaseConfig(
                rows,
                drainTimeout,
                json,
                converters,
                statementsInFlight,
                statementsWaiting,
                listeners,
                slowStatementThreshold);
    }

    /** The same with this drain timeout. */
    public DatabaseConfig withDrainTimeout(Duration timeout) {
        return new DatabaseConfig(
                fetchSize,
                timeout,
                json,
                converters,
                statementsInFlight,
                statementsWaiting,
                listeners,
                slowStatementThreshold);
    }

    /** The same with this JSON codec. */
    public DatabaseConfig withJson(JsonCodec codec) {
        return new DatabaseConfig(
                fetchSize,
                drainTimeout,
                codec,
                converters,
                statementsInFlight,
                statementsWaiting,
                listeners,
                slowStatementThreshold);
    }

    /** The same with a converter for a type of the program's own, or with another one for it. */
    public <T> DatabaseConfig withConverter(Class<T> type, Converter<T, ?> converter) {
        return new DatabaseConfig(
                fetchSize,
                drainTimeout,
                json,
                converters.with(type, converter),
                statementsInFlight,
                statementsWaiting,
                listeners,
                slowStatementThreshold);
    }

    /** The same with these limits on the statements of one connection. */
    public DatabaseConfig withStatementLimits(int inFlight, int waiting) {
        return new DatabaseConfig(
                fetchSize, drainTimeout, json, converters, inFlight, waiting, listeners, slowStatementThreshold);
    }

    /** The same with one more listener. */
    public DatabaseConfig withListener(StatementListener listener) {
        List<StatementListener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new DatabaseConfig(
                fetchSize,
                drainTimeout,
                json,
                converters,
                statementsInFlight,
                statementsWaiting,
                more,
                slowStatementThreshold);
    }

    /** The same with a line in the log for each statement that takes at least this long, positive. */
    public DatabaseConfig withSlowStatementThreshold(Duration threshold) {
        return new DatabaseConfig(
                fetchSize, drainTimeout, json, converters, statementsInFlight, statementsWaiting, listeners, threshold);
    }

    SessionConfig sessions() {
        return sessions(drainTimeout, statementsInFlight, statementsWaiting, listeners, slowStatementThreshold);
    }

    private static SessionConfig sessions(
            Duration drainTimeout,
            int inFlight,
            int waiting,
            List<StatementListener> listeners,
            @Nullable Duration slowStatementThreshold) {
        List<StatementListener> all = new ArrayList<>(listeners);
        if (slowStatementThreshold != null) {
            all.add(StatementListener.logSlowerThan(slowStatementThreshold));
        }
        return SessionConfig.defaults()
                .withDrainTimeout(drainTimeout)
                .withStatementLimits(inFlight, waiting)
                .withListeners(all);
    }
}
