package io.headrace.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultJobQueue<T> implements JobQueue<T> {

    /** Jobs on the way at a time: some full chunks of {@link JobAdder}. */
    private static final int BULK = 1024;

    private final JobStore store;
    private final KeySpace<T> payloads;
    private final JobQueueConfig config;
    private final RedisConfig redisConfig;
    private final Connections connections;
    private final Timing timing;
    private final JobAdder<T> adder;
    private final DeadLetters<T> deadLetters;
    private final JobServerCheck check;
    private final Set<JobConsumer<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    DefaultJobQueue(
            String name,
            Codec<T> codec,
            JobQueueConfig config,
            RedisConfig redisConfig,
            Connections connections,
            Timing timing) {
        this.payloads = new KeySpace<>(name, codec, redisConfig);
        this.store = new JobStore(connections.shared(), name);
        this.config = config;
        this.redisConfig = redisConfig;
        this.connections = connections;
        this.timing = timing;
        this.adder = new JobAdder<>(store, payloads, config);
        this.deadLetters = new DeadLetters<>(store, payloads);
        this.check = new JobServerCheck(store);
    }

    @Override
    public Mono<String> enqueue(T payload, EnqueueOptions options) {
        return adder.add(payload, options);
    }

    @Override
    public Flux<String> enqueueAll(Publisher<? extends T> jobs, Function<? super T, EnqueueOptions> options) {
        int atOnce = Math.min(BULK, config.maxWaitingJobs());
        return Flux.<T>from(jobs).flatMapSequential(job -> adder.add(job, options.apply(job)), atOnce, 1);
    }

    @Override
    public Mono<Void> enqueueAfterCommit(
            Function<? super Mono<Void>, ? extends Mono<Void>> afterCommit, T payload, EnqueueOptions options) {
        return Mono.defer(() -> {
            // what cannot be enqueued must fail while the transaction can still be rolled back
            adder.check(payload);
            return afterCommit.apply(adder.add(payload, options).then());
        });
    }

    @Override
    public Flux<JobOutcome<T>> consume(
            Function<? super Job<T>, ? extends Publisher<?>> handler, ConsumeOptions options) {
        JobWork<T> work = new JobWork<>(
                store, payloads, handler, options, config, connections, redisConfig.closeTimeout(), timing);
        return new JobFlux<>(work, running, closed::get).doOnSubscribe(subscription -> check.once());
    }

    @Override
    public Flux<String> recur(RecurringJob<T> job) {
        return new RecurringJobs<>(store, adder::encode, timing).run(job);
    }

    @Override
    public Mono<JobQueueSnapshot> stats() {
        return store.count();
    }

    @Override
    public Mono<JobProgress> progress(String id) {
        return store.progress(id);
    }

    @Override
    public Flux<DeadLetter<T>> deadLetters() {
        return deadLetters.list();
    }

    @Override
    public Mono<Boolean> requeue(DeadLetter<T> letter) {
        return deadLetters.requeue(letter);
    }

    @Override
    public Mono<Long> requeueDeadLetters() {
        return deadLetters.requeueAll();
    }

    @Override
    public Mono<Long> purgeDeadLetters() {
        return deadLetters.purge();
    }

    @Override
    public Mono<Void> pause() {
        return store.pause(true);
    }

    @Override
    public Mono<Void> resume() {
        return store.pause(false);
    }

    @Override
    public Mono<Void> close(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "The time for a queue to close must not be negative but is " + timeout + ".");
        }
        return Mono.defer(() -> {
            closed.set(true);
            return Flux.fromIterable(List.copyOf(running))
                    .flatMap(consumer -> consumer.close(timeout), Integer.MAX_VALUE)
                    .then();
        });
    }
}
