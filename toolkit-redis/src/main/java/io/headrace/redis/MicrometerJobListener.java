package io.headrace.redis;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes Micrometer meters of job queues. Needs micrometer-core on the class path. All meters have the tag {@code queue}.
 *
 * <p>Of this process: the counter {@code headrace.queue.enqueued}; the timers {@code headrace.queue.wait} (from when a job could be
 * fetched to its handler) and {@code headrace.queue.handler} with the tag {@code outcome} (done, retried, dead, lost). Of the whole
 * queue, once {@link #watch} runs: the gauges {@code headrace.queue.jobs} with the tag {@code state} (waiting, delayed, inflight,
 * dead) and {@code headrace.queue.oldest} in seconds.
 */
public final class MicrometerJobListener implements JobListener {

    private static final String PREFIX = "headrace.queue.";

    private final MeterRegistry registry;

    private MicrometerJobListener(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A listener for {@link JobQueueConfig.Builder#listener}; one may serve many queues.
     *
     * @param registry where the meters are registered
     * @return the listener
     */
    public static MicrometerJobListener on(MeterRegistry registry) {
        return new MicrometerJobListener(registry);
    }

    @Override
    public void enqueued(String queue, int jobs) {
        registry.counter(PREFIX + "enqueued", "queue", queue).increment(jobs);
    }

    @Override
    public void started(String queue, int attempt, Duration waited) {
        Timer.builder(PREFIX + "wait").tag("queue", queue).register(registry).record(waited);
    }

    @Override
    public void ended(String queue, JobOutcome<?> outcome, Duration ran) {
        Timer.builder(PREFIX + "handler")
                .tag("queue", queue)
                .tag("outcome", outcome.kind().name().toLowerCase(Locale.ROOT))
                .register(registry)
                .record(ran);
    }

    /**
     * Keeps gauges of what is in a queue on the server. Lazy; runs until it is cancelled, with one command each time. While the
     * server cannot be asked the gauges stay as they are.
     *
     * @param queue its name, for the tag
     * @param jobs asked for its {@link JobQueue#stats()}
     * @param period how often
     * @return never completes
     */
    public Mono<Void> watch(String queue, JobQueue<?> jobs, Duration period) {
        Duration pause = Settings.positive("period", period);
        return Mono.defer(() -> {
            AtomicReference<JobQueueSnapshot> last = new AtomicReference<>();
            return Flux.interval(Duration.ZERO, pause, Timing.system().scheduler())
                    .onBackpressureDrop()
                    .concatMap(tick -> jobs.stats().onErrorComplete(RedisException.class), 1)
                    .doOnNext(snapshot -> {
                        if (last.getAndSet(snapshot) == null) {
                            register(queue, last);
                        }
                    })
                    .then();
        });
    }

    private void register(String queue, AtomicReference<JobQueueSnapshot> last) {
        Tags tags = Tags.of("queue", queue);
        gauge("jobs", tags.and("state", "waiting"), last, JobQueueSnapshot::waiting);
        gauge("jobs", tags.and("state", "delayed"), last, JobQueueSnapshot::delayed);
        gauge("jobs", tags.and("state", "inflight"), last, JobQueueSnapshot::inFlight);
        gauge("jobs", tags.and("state", "dead"), last, JobQueueSnapshot::dead);
        gauge("oldest", tags, last, snapshot -> snapshot.oldestWait().toMillis() / 1_000.0);
    }

    private void gauge(
            String name, Tags tags, AtomicReference<JobQueueSnapshot> last, ToDoubleFunction<JobQueueSnapshot> figure) {
        // a strong reference, because nobody else keeps the numbers between two readings
        Gauge.builder(PREFIX + name, () -> figure.applyAsDouble(last.get()))
                .tags(tags)
                .register(registry);
    }
}
