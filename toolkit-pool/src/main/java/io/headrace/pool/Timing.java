package io.headrace.pool;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The one source of time and of chance in this module, and the place where connections are opened.
 *
 * @param scheduler what the clock says, and what happens later
 * @param random a number from 0 to 1, by chance
 * @param connecting where the driver is asked for connections: on a thread of its own, since a driver that opens a
 *     connection on the event loop it is called on would else put all connections on that of the caller
 */
record Timing(Scheduler scheduler, DoubleSupplier random, Scheduler connecting) {

    /** Timers run on Reactor's parallel threads, as those of its own operators do. */
    static Timing system() {
        return new Timing(Schedulers.parallel());
    }

    Timing(Scheduler scheduler) {
        this(scheduler, () -> ThreadLocalRandom.current().nextDouble(), Schedulers.single());
    }

    /** The duration, shorter by chance by up to this part of it. */
    long nanosUpToShorter(Duration duration, double part) {
        return (long) (duration.toNanos() * (1 - part * random.getAsDouble()));
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
            return Instant.ofEpochMilli(millis());
        }

        /** Asked for several times in each loan, and would else make an {@link Instant} each time. */
        @Override
        public long millis() {
            return scheduler.now(TimeUnit.MILLISECONDS);
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
