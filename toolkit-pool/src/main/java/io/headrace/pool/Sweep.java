package io.headrace.pool;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Lets us decide when reactor-pool looks through its idle connections. It can do so only as a task of its own that it
 * schedules again and again, so this is where it schedules it.
 */
final class Sweep implements Scheduler {

    private volatile Runnable task = () -> {};

    /** Has reactor-pool look now, unless callers wait or it is busy. */
    void run() {
        task.run();
    }

    @Override
    public Disposable schedule(Runnable look) {
        task = look;
        return () -> {};
    }

    @Override
    public Disposable schedule(Runnable look, long delay, TimeUnit unit) {
        return schedule(look);
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException(
                "reactor-pool schedules its look at idle connections without a worker.");
    }
}
