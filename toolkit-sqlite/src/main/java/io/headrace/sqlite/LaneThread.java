package io.headrace.sqlite;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.scheduler.NonBlocking;
import reactor.util.concurrent.Queues;

/**
 * The thread of one physical connection, and the queue of what it is to do. Programs run on it too, behind a row or a
 * result, and must not block it; Reactor refuses {@code block()} here and BlockHound watches it.
 */
final class LaneThread extends Thread implements NonBlocking {

    private static final Logger logger = LoggerFactory.getLogger(LaneThread.class);
    private static final long CLOSED = Long.MIN_VALUE;

    private final Queue<Runnable> tasks =
            Queues.<Runnable>unboundedMultiproducer().get();
    /** Tasks that are not done; far below zero once none is taken any more. */
    private final AtomicLong pending = new AtomicLong();

    private volatile boolean idle;
    private volatile boolean stopping;

    LaneThread(String name) {
        super(name);
        setDaemon(true);
    }

    /** Takes the task, to be run behind those before it; false once the thread has ended. */
    boolean offer(Runnable task) {
        if (pending.incrementAndGet() <= 0) {
            return false;
        }
        tasks.offer(task);
        if (idle) {
            LockSupport.unpark(this);
        }
        return true;
    }

    /** Tasks that wait or run. */
    long backlog() {
        return Math.max(0, pending.get());
    }

    /** Ends the thread when all is done that it has taken. */
    void finish() {
        stopping = true;
        LockSupport.unpark(this);
    }

    /** Cuts the pause of a wait for a lock short. */
    void wake() {
        LockSupport.unpark(this);
    }

    @Override
    public void run() {
        while (true) {
            Runnable task = tasks.poll();
            if (task != null) {
                runSafely(task);
                pending.decrementAndGet();
            } else if (stopping && pending.compareAndSet(0, CLOSED)) {
                return;
            } else {
                awaitTask();
            }
        }
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable error) {
            Exceptions.throwIfJvmFatal(error);
            logger.error("A task on a thread of SQLite failed; this is a defect of the driver.", error);
        }
    }

    private void awaitTask() {
        idle = true;
        if (tasks.isEmpty() && !(stopping && pending.get() == 0)) {
            LockSupport.park(this);
        }
        idle = false;
    }
}
