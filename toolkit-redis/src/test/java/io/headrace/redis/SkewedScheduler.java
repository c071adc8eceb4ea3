package io.headrace.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** A scheduler whose clocks are wrong by the same amount for ever, as that of a badly kept machine. */
final class SkewedScheduler implements Scheduler {

    private final Scheduler delegate;
    private final Duration skew;

    SkewedScheduler(Scheduler delegate, Duration skew) {
        this.delegate = delegate;
        this.skew = skew;
    }

    @Override
    public long now(TimeUnit unit) {
        return delegate.now(unit) + unit.convert(skew);
    }

    @Override
    public Disposable schedule(Runnable task) {
        return delegate.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return delegate.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return delegate.schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return delegate.createWorker();
    }

    @Override
    public void dispose() {
        // belongs to Reactor
    }
}
