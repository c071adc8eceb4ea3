package io.headrace.pool;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The one source of time in this module: what the clock says, and what happens later. */
record Timing(Scheduler scheduler) {

    /** Timers run on Reactor's parallel threads, as those of its own operators do. */
    static Timing system() {
        return new Timing(Schedulers.parallel());
    }

    long nanos() {
        return scheduler.now(TimeUnit.NANOSECONDS);
    }

    Disposable after(Duration delay, Runnable task) {
        return scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The same time in the form that reactor-pool asks for. */
    Clock clock() {
        return new SchedulerClock(scheduler);
    }

    private static final class SchedulerClock extends Clock {

        private final Scheduler scheduler;

        SchedulerClock(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(scheduler.now(TimeUnit.MILLISECONDS));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
