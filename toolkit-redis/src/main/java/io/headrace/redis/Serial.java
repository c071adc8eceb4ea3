package io.headrace.redis;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Runs tasks one after the other without a thread of its own: whoever finds it idle runs what is there. A task that is
 * added by a running task runs after it.
 */
final class Serial {

    private final Queue<Runnable> tasks =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger work = new AtomicInteger();

    void run(Runnable task) {
        tasks.offer(task);
        if (work.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
                runSafely(next);
            }
            seen = work.addAndGet(-seen);
        }
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}
