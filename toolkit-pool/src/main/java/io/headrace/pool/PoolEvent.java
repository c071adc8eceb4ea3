package io.headrace.pool;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a {@link Pool}, told by {@link Pool#events()}. More kinds may follow: a {@code switch} over
 * them should have a {@code default}.
 */
public sealed interface PoolEvent {

    /** The name of the pool. */
    String pool();

    /** When it happened, which is before it is told. */
    Instant at();

    /** A physical connection was opened. */
    record Connected(String pool, Instant at, Duration took) implements PoolEvent {}

    /** A physical connection could not be opened. */
    record ConnectFailed(String pool, Instant at, Throwable reason) implements PoolEvent {}

    /** A physical connection is being closed. */
    record ConnectionClosed(String pool, Instant at, CloseCause cause) implements PoolEvent {}

    /** A caller was refused, because as many wait as may wait. */
    record AcquireRefused(String pool, Instant at, PoolSnapshot snapshot) implements PoolEvent {}

    /** A caller got no connection within the acquire timeout. */
    record AcquireTimedOut(String pool, Instant at, PoolSnapshot snapshot) implements PoolEvent {}

    /**
     * A connection has been lent for longer than {@code leakThreshold}. Told once for each loan.
     *
     * @param holder the name that the borrower has by {@link Pool#holder}, or {@code null}
     * @param callSite the line of the program that asked for the connection, or {@code null} where only libraries were on
     *     the stack
     * @param heldFor how long it has been lent
     * @param lastStatement the text of the last statement, without bound values, or {@code null} if there was none
     * @param reclaimed whether the pool took the connection back and closed it
     */
    record LeakSuspected(
            String pool,
            Instant at,
            @Nullable String holder,
            @Nullable String callSite,
            Duration heldFor,
            @Nullable String lastStatement,
            boolean reclaimed)
            implements PoolEvent {}

    /**
     * A borrower threw its connection away without closing it. The pool has its place back. Noticed only with a
     * {@code leakThreshold}, when the garbage collector finds it.
     *
     * @param holder the name that the borrower has by {@link Pool#holder}, or {@code null}
     * @param callSite the line of the program that asked for the connection, or {@code null} where only libraries were on
     *     the stack
     * @param heldFor from the acquire until it was found
     * @param lastStatement the text of the last statement, without bound values, or {@code null} if there was none
     */
    record HandleLost(
            String pool,
            Instant at,
            @Nullable String holder,
            @Nullable String callSite,
            Duration heldFor,
            @Nullable String lastStatement)
            implements PoolEvent {}

    /** {@link Pool#suspend()}: nothing is lent for the time being. */
    record Suspended(String pool, Instant at) implements PoolEvent {}

    /** {@link Pool#resume()}: connections are lent again. */
    record Resumed(String pool, Instant at) implements PoolEvent {}

    /**
     * {@link Pool#refresh()}: all connections of this moment are being replaced. Each is told by {@link ConnectionClosed} with
     * {@link CloseCause#REFRESHED} when it goes.
     */
    record Refreshing(String pool, Instant at) implements PoolEvent {}

    /**
     * {@link Pool#resize}: the most connections that are kept are others now.
     *
     * @param from the size until now
     * @param to the size from now on
     */
    record Resized(String pool, Instant at, int from, int to) implements PoolEvent {}

    /** {@link Pool#drain} or {@link Pool#close()}: nothing is lent any more; what is lent has this long to come back. */
    record Draining(String pool, Instant at, Duration timeout) implements PoolEvent {}

    /** All connections are gone. The last event. */
    record PoolClosed(String pool, Instant at) implements PoolEvent {}

    /** This subscriber was too slow and has missed so many events, which were older than the next one. */
    record Missed(String pool, Instant at, long events) implements PoolEvent {}
}
