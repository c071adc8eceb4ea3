package io.headrace.redis;

import io.headrace.redis.PubSubConfig.Overflow;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What waits for one subscriber: a bounded number of messages, and where some are missing. Its lock is its own. */
final class PubSubBuffer {

    /** Nothing to emit now. */
    static final Next NOTHING = new Next(null, false, false, 0, false, null);

    private static final Next SUBSCRIBED = new Next(null, false, false, 0, false, null);

    /** The next thing to emit: a message, a gap, the end, or else the news that it is subscribed. */
    record Next(
            @Nullable Incoming message,
            boolean isGap,
            boolean lost,
            long dropped,
            boolean ended,
            @Nullable Throwable error) {

        static Next gap(boolean lost, long dropped) {
            return new Next(null, true, lost, dropped, false, null);
        }

        static Next message(Incoming message) {
            return new Next(message, false, false, 0, false, null);
        }

        /** Two gaps with nothing in between are one. */
        Next with(Next other) {
            return gap(lost || other.lost, dropped + other.dropped);
        }
    }

    private final PubSubConfig settings;
    private final ArrayDeque<Next> waiting = new ArrayDeque<>();
    private int messages;
    private boolean ended;
    private @Nullable Throwable error;

    PubSubBuffer(PubSubConfig settings) {
        this.settings = settings;
    }

    int limit() {
        return settings.buffer();
    }

    synchronized boolean isEnded() {
        return ended;
    }

    synchronized void subscribed() {
        waiting.add(SUBSCRIBED);
    }

    synchronized void connectionLost() {
        addGap(Next.gap(true, 0));
    }

    /** False when there is no place and that is an error. */
    synchronized boolean offer(Incoming message) {
        if (ended) {
            return true;
        }
        if (messages >= settings.buffer()) {
            if (settings.overflow() == Overflow.ERROR) {
                return false;
            }
            if (settings.overflow() == Overflow.DROP_LATEST) {
                addGap(Next.gap(false, 1));
                return true;
            }
            dropOldest();
        }
        messages++;
        waiting.add(Next.message(message));
        return true;
    }

    private void addGap(Next gap) {
        Next last = waiting.peekLast();
        if (last != null && last.isGap()) {
            waiting.removeLast();
            waiting.add(last.with(gap));
        } else {
            waiting.add(gap);
        }
    }

    /** The gap takes the place of the message, joined with the gaps next to it. */
    private void dropOldest() {
        Next gap = Next.gap(false, 1);
        boolean first = waiting.peek() == SUBSCRIBED;
        if (first) {
            waiting.poll();
        }
        for (Next head = waiting.poll(); head != null && head.message() == null; head = waiting.poll()) {
            gap = gap.with(head);
        }
        messages--;
        Next next = waiting.peek();
        if (next != null && next.isGap()) {
            waiting.poll();
            gap = gap.with(next);
        }
        waiting.addFirst(gap);
        if (first) {
            waiting.addFirst(SUBSCRIBED);
        }
    }

    /** The first end counts; an error drops what waits, and so does an end that nobody hears. */
    synchronized void end(@Nullable Throwable cause) {
        if (!ended) {
            ended = true;
            error = cause;
            waiting.clear();
            messages = 0;
        }
    }

    synchronized Next next(boolean demanded) {
        if (ended) {
            return new Next(null, false, false, 0, true, error);
        }
        if (!demanded || waiting.isEmpty()) {
            return NOTHING;
        }
        Next next = waiting.remove();
        if (next.message() != null) {
            messages--;
        }
        return next;
    }
}
