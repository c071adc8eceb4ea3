package io.headrace.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How far the primary had written its log of changes at which time.
 *
 * <p>A replica that has applied what the primary had written at a time shows everything that was committed before that
 * time. This needs no clock of any server, and finds out a replica that the primary does not reach any more, which takes
 * itself for complete.
 */
final class PrimaryPositions {

    /** A finer measure than an eighth of the limit decides nothing. */
    private static final int STEPS = 8;

    /** How many times the limit a lag can be told as a number. */
    private static final int SPAN = 8;

    private record Position(long at, long written) {}

    private final long step;
    private final long span;

    @GuardedBy("this")
    private final Deque<Position> known = new ArrayDeque<>();

    PrimaryPositions(Duration maximumLag) {
        this.step = maximumLag.toNanos() / STEPS;
        this.span = maximumLag.toNanos() * SPAN;
    }

    /**
     * Notes what a look has shown.
     *
     * @param at when the look began
     */
    synchronized void note(long at, long written) {
        Position last = known.peekLast();
        if (last != null && written < last.written()) {
            // not the server that it was
            known.clear();
        } else if (isCloseToTheOneBefore(last)) {
            known.removeLast();
        }
        known.addLast(new Position(at, written));
        while (known.getFirst().at() < at - span) {
            known.removeFirst();
        }
    }

    /** The latest time of which a server that has applied this much shows everything; empty if none is known. */
    synchronized OptionalLong shownBy(long applied) {
        Iterator<Position> latestFirst = known.descendingIterator();
        while (latestFirst.hasNext()) {
            Position position = latestFirst.next();
            if (position.written() <= applied) {
                return OptionalLong.of(position.at());
            }
        }
        return OptionalLong.empty();
    }

    @GuardedBy("this")
    private boolean isCloseToTheOneBefore(@Nullable Position last) {
        Iterator<Position> latestFirst = known.descendingIterator();
        if (last == null || known.size() < 2) {
            return false;
        }
        latestFirst.next();
        return last.at() - latestFirst.next().at() < step;
    }
}
