package io.headrace.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;
import reactor.util.retry.Retry;

/** Runs the handlers of one consumer, extends their leases and records their results. Confined to its {@link Serial}. */
final class JobRunner<T> {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final int RECORD_RETRIES = 3;
    private static final Duration RECORD_RETRY_DELAY = Duration.ofMillis(100);

    /** One job that this consumer holds; {@code settling} once its handler has ended or is no longer wanted. */
    private static final class Held<T> {

        final JobEntry entry;
        final Disposable.Swap handler = Disposables.swap();

        @Nullable
        Job<T> job;

        boolean settling;

        Held(JobEntry entry) {
            this.entry = entry;
        }
    }

    private final JobWork<T> work;
    private final String consumer;
    private final Serial serial;
    private final Consumer<Optional<JobOutcome<T>>> onEnd;
    private final ContextView context;
    private final Map<String, Held<T>> held = new LinkedHashMap<>();
    private final Disposable.Swap beatTimer = Disposables.swap();

    /** {@code onEnd} gets each outcome, or nothing for a job that was handed back. */
    JobRunner(
            JobWork<T> work,
            String consumer,
            Serial serial,
            ContextView context,
            Consumer<Optional<JobOutcome<T>>> onEnd) {
        this.work = work;
        this.consumer = consumer;
        this.serial = serial;
        this.context = context;
        this.onEnd = onEnd;
    }

    int size() {
        return held.size();
    }

    void start(JobEntry entry) {
        if (held.containsKey(entry.entry())) {
            // our own job with a late heartbeat, taken over by ourselves: that extended the lease
            return;
        }
        Held<T> mine = new Held<>(entry);
        held.put(entry.entry(), mine);
        if (entry.attempt() > work.options().maxAttempts()) {
            bury(
                    mine,
                    Optional.empty(),
                    new IllegalStateException("The lease of the job ran out in its last attempt" + " (limit "
                            + work.options().maxAttempts() + " attempts)."));
            return;
        }
        Job<T> job;
        try {
            job = new Job<>(
                    entry.job(), work.payloads().decode(work.store().stream(), entry.payload()), entry.attempt());
        } catch (RedisCodecException e) {
            bury(mine, Optional.empty(), e);
            return;
        }
        mine.job = job;
        mine.handler.update(
                Mono.defer(() -> Flux.from(work.handler().apply(job)).then())
                        .subscribeOn(work.timing().scheduler())
                        .contextWrite(context)
                        .subscribe(
                                null,
                                error -> serial.run(() -> failed(mine, job, error)),
                                () -> serial.run(() -> succeeded(mine, job))));
    }

    private void succeeded(Held<T> mine, Job<T> job) {
        if (isOurs(mine)) {
            record(mine, work.store().done(consumer, mine.entry), new JobOutcome.Done<>(job), job);
        }
    }

    private void failed(Held<T> mine, Job<T> job, Throwable error) {
        if (!isOurs(mine)) {
            return;
        }
        if (job.attempt() >= work.options().maxAttempts()) {
            bury(mine, Optional.of(job), error);
        } else {
            Duration delay = work.retryDelay(job.attempt());
            record(
                    mine,
                    work.store().retry(consumer, mine.entry, delay),
                    new JobOutcome.Retried<>(job, error, delay),
                    job);
        }
    }

    private boolean isOurs(Held<T> mine) {
        return held.get(mine.entry.entry()) == mine && !mine.settling;
    }

    private void bury(Held<T> mine, Optional<Job<T>> job, Throwable error) {
        JobEntry entry = mine.entry;
        record(
                mine,
                work.store().bury(consumer, entry, error, work.config().maxDeadLetters()),
                new JobOutcome.Dead<>(entry.job(), entry.attempt(), job, error),
                job.orElse(null));
    }

    private void record(Held<T> mine, Mono<Boolean> result, JobOutcome<T> outcome, @Nullable Job<T> job) {
        mine.settling = true;
        result.retryWhen(Retry.backoff(RECORD_RETRIES, RECORD_RETRY_DELAY)
                        .filter(JobErrors::isPassing)
                        .scheduler(work.timing().scheduler()))
                .subscribe(
                        recorded -> serial.run(() -> end(mine, recorded ? Optional.of(outcome) : lost(job))), error -> {
                            LOG.debug("job {}: its result could not be recorded", mine.entry.job(), error);
                            serial.run(() -> end(mine, lost(job)));
                        });
    }

    private Optional<JobOutcome<T>> lost(@Nullable Job<T> job) {
        return job == null ? Optional.empty() : Optional.of(new JobOutcome.Lost<>(job));
    }

    private void end(Held<T> mine, Optional<JobOutcome<T>> outcome) {
        if (held.remove(mine.entry.entry(), mine)) {
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
        work.store()
                .extend(consumer, List.copyOf(held.keySet()))
                .onErrorResume(error -> {
                    LOG.debug("leases of {} could not be extended", consumer, error);
                    return Mono.just(List.of());
                })
                .subscribe(lost -> serial.run(() -> {
                    lost.forEach(this::giveUp);
                    beatEvery(interval);
                }));
    }

    private void giveUp(String entry) {
        Held<T> mine = held.get(entry);
        if (mine != null && !mine.settling) {
            mine.handler.dispose();
            end(mine, lost(mine.job));
        }
    }

    /** Cancels the handlers and hands their jobs back. */
    void releaseAll() {
        for (Held<T> mine : List.copyOf(held.values())) {
            if (!mine.settling) {
                mine.settling = true;
                mine.handler.dispose();
                release(mine);
            }
        }
    }

    /** Hands back a job that came in too late. */
    void release(JobEntry entry) {
        Held<T> mine = new Held<>(entry);
        if (held.putIfAbsent(entry.entry(), mine) == null) {
            mine.settling = true;
            release(mine);
        }
    }

    private void release(Held<T> mine) {
        // a failure only means that others wait for the end of the lease
        work.store()
                .release(consumer, mine.entry)
                .onErrorReturn(RedisException.class, false)
                .subscribe(released -> serial.run(() -> end(mine, Optional.empty())));
    }

    void stop() {
        beatTimer.dispose();
    }
}
