package io.headrace.pool;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** A scheduler that knows how many of its timers are still to go off. */
final class CountedTimers implements Scheduler {

    private final Scheduler target;
    private final AtomicInteger pending = new AtomicInteger();

    CountedTimers(Scheduler target) {
        this.target = target;
    }

    int pending() {
        return pending.get();
    }

    @Override
    public Disposable schedule(Runnable task) {
        return target.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        AtomicBoolean over = new AtomicBoolean();
        Runnable end = () -> {
            if (over.compareAndSet(false, true)) {
                pending.decrementAndGet();
            }
        };
        pending.incrementAndGet();
        Disposable timer = target.schedule(
                () -> {
                    end.run();
                    task.run();
                },
                delay,
                unit);
        return Disposables.composite(timer, end::run);
    }

    @Override
    public Worker createWorker() {
        return target.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return target.now(unit);
    }
}
