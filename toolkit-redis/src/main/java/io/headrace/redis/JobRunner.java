package io.headrace.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Runs the handlers of one consumer, extends their leases and records their results. Confined to its {@link Serial}. */
final class JobRunner<T> {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    /** From this delivery on, a job is held by a consumer as the only one of its kind. */
    private static final int SUSPECT = 3;

    private final JobWork<T> work;
    private final String consumer;
    private final Serial serial;
    private final JobSettler settler;
    private final Consumer<Optional<JobOutcome<T>>> onEnd;
    private final Runnable onRoom;
    private final ContextView context;
    private final Map<String, HeldJob<T>> held = new LinkedHashMap<>();
    private final Disposable.Swap beatTimer = Disposables.swap();
    private final Disposable.Swap dueTimer = Disposables.swap();
    private boolean watching;
    private int settling;

    /**
     * For one consumer.
     *
     * @param onEnd gets each outcome, or nothing for a job that was handed back
     * @param onRoom hears that another job may run
     */
    JobRunner(
            JobWork<T> work,
            String consumer,
            Serial serial,
            ContextView context,
            Consumer<Optional<JobOutcome<T>>> onEnd,
            Runnable onRoom) {
        this.work = work;
        this.consumer = consumer;
        this.serial = serial;
        this.context = context;
        this.onEnd = onEnd;
        this.onRoom = onRoom;
        this.settler = new JobSettler(work.store(), consumer, serial, work.timing());
    }

    /** Jobs whose outcome is still to come. */
    int size() {
        return held.size();
    }

    /** Jobs that run; the others of those that are held have ended, and that is being recorded. */
    int running() {
        return held.size() - settling;
    }

    boolean hasSuspect() {
        return held.values().stream().anyMatch(mine -> mine.entry.deliveries() >= SUSPECT);
    }

    /** Starts a job that was asked for at {@code asked}, from which on the server counts at the earliest. */
    void start(JobEntry entry, long asked) {
        HeldJob<T> known = held.get(entry.place());
        if (known != null) {
            // our own job with a late heartbeat, taken over by ourselves: that extended the lease
            known.validUntil = validFrom(asked);
            return;
        }
        HeldJob<T> mine = new HeldJob<>(entry, validFrom(asked));
        held.put(entry.place(), mine);
        if (entry.deliveries() > work.options().maxDeliveries()) {
            bury(
                    mine,
                    new JobLimitException(
                            "job " + entry.job() + " of queue '" + work.store().name()
                                    + "': " + (entry.deliveries() - 1) + " consumers got it and lost it (limit "
                                    + work.options().maxDeliveries()
                                    + "). It may kill its workers; requeue it once that is repaired."));
            return;
        }
        try {
            mine.job = new HeldJob.View<>(
                    mine,
                    work.payloads().decode(work.store().keys().stream(entry.level() - 1), entry.payload()),
                    JobHeaders.decode(entry.headers()),
                    work,
                    this::extend);
        } catch (RedisCodecException e) {
            bury(mine, e);
            return;
        }
        run(mine, mine.job);
    }

    private long validFrom(long asked) {
        return asked + work.options().leaseTime().toNanos();
    }

    private void run(HeldJob<T> mine, Job<T> job) {
        mine.started = work.timing().nanos();
        mine.deadline = mine.started + work.options().timeLimit().toNanos();
        watch();
        work.config().listener().started(work.store().name(), job.attempt(), mine.entry.waited());
        mine.handler.update(
                Mono.defer(() -> Flux.from(work.handler().apply(job)).then())
                        .subscribeOn(work.timing().scheduler())
                        .contextWrite(context)
                        .subscribe(
                                null,
                                error -> serial.run(() -> failed(mine, error)),
                                () -> serial.run(() -> succeeded(mine, job))));
    }

    private void succeeded(HeldJob<T> mine, Job<T> job) {
        if (isRunning(mine)) {
            record(mine, JobEnd.done(mine.entry), new JobOutcome.Done<>(job));
        }
    }

    private void failed(HeldJob<T> mine, Throwable error) {
        Job<T> job = mine.job;
        if (job == null || !isRunning(mine)) {
            return;
        }
        int limit = mine.entry.maxAttempts() > 0
                ? mine.entry.maxAttempts()
                : work.options().maxAttempts();
        if (job.attempt() >= limit) {
            bury(mine, error);
        } else {
            Duration delay = work.retryDelay(job.attempt());
            record(mine, JobEnd.again(mine.entry, delay), new JobOutcome.Retried<>(job, error, delay));
        }
    }

    private boolean isRunning(HeldJob<T> mine) {
        return held.get(mine.entry.place()) == mine && !mine.settling;
    }

    private void bury(HeldJob<T> mine, Throwable error) {
        JobEntry entry = mine.entry;
        record(
                mine,
                JobEnd.dead(entry, error, work.config().maxDeadLetters()),
                new JobOutcome.Dead<>(entry.job(), entry.attempt(), mine.job(), error));
    }

    private void record(HeldJob<T> mine, JobEnd result, JobOutcome<T> outcome) {
        settle(mine, result, recorded -> end(mine, recorded ? Optional.of(outcome) : lost(mine)));
    }

    private void settle(HeldJob<T> mine, JobEnd result, Consumer<Boolean> recorded) {
        mine.settling = true;
        settling++;
        settler.add(result, recorded);
        onRoom.run();
    }

    private Optional<JobOutcome<T>> lost(HeldJob<T> mine) {
        return mine.job().map(JobOutcome.Lost::new);
    }

    private void end(HeldJob<T> mine, Optional<JobOutcome<T>> outcome) {
        if (held.remove(mine.entry.place(), mine)) {
            settling -= mine.settling ? 1 : 0;
            outcome.ifPresent(ended -> work.config()
                    .listener()
                    .ended(
                            work.store().name(),
                            ended,
                            Duration.ofNanos(work.timing().nanos() - mine.started)));
            onEnd.accept(outcome);
        }
    }

    void beatEvery(Duration interval) {
        beatTimer.update(work.timing().after(interval, () -> serial.run(() -> beat(interval))));
    }

    private void beat(Duration interval) {
        if (held.isEmpty()) {
            beatEvery(interval);
            return;
        }
        List<HeldJob<T>> beating = new ArrayList<>(held.values());
        long asked = work.timing().nanos();
        work.store()
                .extend(consumer, beating.stream().map(mine -> mine.entry).toList())
                .timeout(interval, work.timing().scheduler())
                .onErrorResume(error -> {
                    LOG.debug("leases of {} could not be extended", consumer, error);
                    return Mono.just(List.of());
                })
                .subscribe(results -> serial.run(() -> {
                    for (int i = 0; i < results.size(); i++) {
                        extended(beating.get(i), asked, results.get(i));
                    }
                    beatEvery(interval);
                }));
    }

    private void extended(HeldJob<T> mine, long asked, boolean isHeld) {
        if (isHeld) {
            mine.validUntil = Math.max(mine.validUntil, validFrom(asked));
        } else {
            giveUp(mine);
        }
    }

    private Mono<Void> extend(HeldJob<T> mine, Duration time) {
        return Mono.defer(() -> {
            long asked = work.timing().nanos();
            return work.store().extend(consumer, List.of(mine.entry)).flatMap(results -> {
                if (!results.get(0)) {
                    // the handler hears of it first, and is cancelled if it goes on
                    return Mono.<Void>error(taken(mine)).doFinally(signal -> serial.run(() -> giveUp(mine)));
                }
                mine.deadline = work.timing().nanos() + time.toNanos();
                serial.run(() -> {
                    extended(mine, asked, true);
                    watching = false;
                    watch();
                });
                return Mono.empty();
            });
        });
    }

    private LeaseLostException taken(HeldJob<T> mine) {
        return new LeaseLostException("Job " + mine.entry.job() + " of queue '"
                + work.store().name() + "' was given to another consumer, because no sign of life reached Redis within "
                + Wording.duration(work.options().leaseTime())
                + ". Make the lease longer than any pause of this process.");
    }

    private void giveUp(HeldJob<T> mine) {
        if (isRunning(mine)) {
            mine.handler.dispose();
            end(mine, lost(mine));
        }
    }

    /** Sets the timer for the first job whose lease or time runs out, unless it is set: they mostly grow. */
    private void watch() {
        if (watching) {
            return;
        }
        long now = work.timing().nanos();
        held.values().stream()
                .filter(mine -> !mine.settling)
                .mapToLong(mine -> mine.due() - now)
                .min()
                .ifPresent(first -> {
                    watching = true;
                    dueTimer.update(work.timing().afterNanos(first, () -> serial.run(this::look)));
                });
    }

    private void look() {
        watching = false;
        long now = work.timing().nanos();
        for (HeldJob<T> mine : List.copyOf(held.values())) {
            if (!isRunning(mine)) {
                continue;
            }
            if (mine.validUntil - now <= 0) {
                // nobody could be asked, and others may have the job by now
                giveUp(mine);
            } else if (mine.deadline - now <= 0) {
                mine.handler.dispose();
                failed(
                        mine,
                        new JobLimitException("job " + mine.entry.job() + " of queue '"
                                + work.store().name()
                                + "': its handler was cancelled after "
                                + Wording.duration(Duration.ofNanos(now - mine.started))
                                + ". Make it faster, let it call extend, or raise timeLimit."));
            }
        }
        watch();
    }

    /** Cancels the handlers and hands their jobs back. */
    void releaseAll() {
        for (HeldJob<T> mine : List.copyOf(held.values())) {
            if (!mine.settling) {
                mine.handler.dispose();
                release(mine);
            }
        }
    }

    /** Hands back a job that came in too late. */
    void release(JobEntry entry) {
        HeldJob<T> mine = new HeldJob<>(entry, 0);
        if (held.putIfAbsent(entry.place(), mine) == null) {
            release(mine);
        }
    }

    private void release(HeldJob<T> mine) {
        // where it is not recorded, others only wait for the end of the lease
        settle(mine, JobEnd.handedBack(mine.entry), recorded -> end(mine, Optional.empty()));
    }

    void stop() {
        beatTimer.dispose();
        dueTimer.dispose();
    }
}
