package io.headrace.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.concurrent.Queues;

/**
 * The bounded queue of calls that are not written yet. Any thread may reserve and offer; the rest is confined to the
 * event loop.
 */
final class CommandQueue {

    private final int limit;
    private final int sweepAfter;
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Queue<Call> inbox = Queues.<Call>unboundedMultiproducer().get();
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();

    CommandQueue(int limit) {
        this.limit = limit;
        // cancelled calls hold their place until a sweep; a sixteenth of the queue is what they may waste
        this.sweepAfter = Math.max(1, limit / 16);
    }

    int limit() {
        return limit;
    }

    int size() {
        return size.get();
    }

    boolean reserve() {
        if (size.incrementAndGet() <= limit) {
            return true;
        }
        size.decrementAndGet();
        return false;
    }

    void offer(Call call) {
        inbox.offer(call);
    }

    /** Puts a call that had been polled in front of all others, above the limit if need be. */
    void putBack(Call call) {
        size.incrementAndGet();
        waiting.addFirst(call);
    }

    /** Counts a cancelled call; true when it is time to sweep. */
    boolean cancelled() {
        return cancelled.incrementAndGet() == sweepAfter;
    }

    void sweep() {
        collect();
        cancelled.set(0);
        int before = waiting.size();
        waiting.removeIf(Call::isEnded);
        size.addAndGet(waiting.size() - before);
    }

    /** Fails the calls whose deadline has passed and frees their places. */
    void expire(long now, Function<Call, Throwable> late) {
        collect();
        boolean any = false;
        for (Call call : waiting) {
            if (!call.isEnded() && call.deadline - now <= 0) {
                call.fail(late.apply(call));
                any = true;
            }
        }
        if (any) {
            sweep();
        }
    }

    /** The earliest deadline of all calls, or {@link Long#MAX_VALUE}. */
    long nextDeadline() {
        collect();
        long next = Long.MAX_VALUE;
        for (Call call : waiting) {
            if (!call.isEnded()) {
                next = Math.min(next, call.deadline);
            }
        }
        return next;
    }

    boolean isEmpty() {
        return waiting.isEmpty() && inbox.isEmpty();
    }

    /** The oldest call, cancelled ones dropped on the way. */
    @Nullable
    Call peek() {
        while (true) {
            if (waiting.isEmpty()) {
                collect();
            }
            Call call = waiting.peek();
            if (call == null || !call.isEnded()) {
                return call;
            }
            remove();
        }
    }

    @Nullable
    Call poll() {
        Call call = peek();
        if (call != null) {
            remove();
        }
        return call;
    }

    private void remove() {
        waiting.poll();
        size.decrementAndGet();
    }

    private void collect() {
        for (Call call = inbox.poll(); call != null; call = inbox.poll()) {
            waiting.add(call);
        }
    }
}
