package io.headrace.redis;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultJobQueue<T> implements JobQueue<T> {

    /** Jobs on the way at a time: fills the pipeline without filling the queue in front of it. */
    private static final int BULK = 256;

    private final JobStore store;
    private final KeySpace<T> payloads;
    private final JobQueueConfig config;
    private final RedisConfig redisConfig;
    private final Connections connections;
    private final Timing timing;

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
    }

    @Override
    public Mono<String> enqueue(T payload) {
        return store.add(() -> payloads.encode(store.stream(), payload));
    }

    @Override
    public Flux<String> enqueueAll(Publisher<? extends T> jobs) {
        return Flux.<T>from(jobs).flatMapSequential(this::enqueue, BULK);
    }

    @Override
    public Flux<JobOutcome<T>> consume(
            Function<? super Job<T>, ? extends Publisher<?>> handler, ConsumeOptions options) {
        return new JobFlux<>(new JobWork<>(
                store, payloads, handler, options, config, connections, redisConfig.closeTimeout(), timing));
    }

    @Override
    public Mono<JobQueueSnapshot> stats() {
        return store.count();
    }
}
