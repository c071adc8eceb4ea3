package io.headrace.samples.flights;

import io.headrace.redis.ConsumeOptions;
import io.headrace.redis.JobOutcome;
import io.headrace.redis.JobQueue;
import io.headrace.redis.KeyValueStore;
import io.headrace.redis.RedisToolkit;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Step 5: one report per airport, each a job on the queue, worked off by several consumers and stored in Redis. */
final class AirportReports {

    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);
    private static final int CONSUMERS = 4;

    private final AirportLookups lookups;
    private final KeyValueStore<AirportReport> store;
    private final JobQueue<AirportFigures> queue;

    AirportReports(RedisToolkit redis, AirportLookups lookups, String run) {
        this.lookups = lookups;
        this.store = redis.keyValues("headrace-demo-" + run + "-report", AirportReport.class);
        this.queue = redis.queue("headrace-demo-" + run + "-reports", AirportFigures.class);
    }

    /** Emits how many jobs were done. */
    Mono<Long> write(List<AirportFigures> airports) {
        return queue.enqueueAll(Flux.fromIterable(airports)).count().flatMap(this::workOff);
    }

    /** Emits how many of these airports have a report in Redis. */
    Mono<Integer> stored(List<AirportFigures> airports) {
        List<String> codes = airports.stream().map(AirportFigures::iata).toList();
        return store.getAll(codes).map(found -> found.size());
    }

    private Mono<Long> workOff(long jobs) {
        ConsumeOptions options = ConsumeOptions.builder().concurrency(8).build();
        return Flux.range(0, CONSUMERS)
                .flatMap(consumer -> queue.consume(job -> write(job.payload()), options), CONSUMERS)
                .filter(outcome -> outcome.kind() == JobOutcome.Kind.DONE || outcome.kind() == JobOutcome.Kind.DEAD)
                .take(jobs)
                .filter(outcome -> outcome.kind() == JobOutcome.Kind.DONE)
                .count();
    }

    private Mono<Void> write(AirportFigures figures) {
        return lookups.find(figures.iata())
                .flatMap(airport -> store.set(figures.iata(), AirportReport.of(figures, airport), TIME_TO_LIVE));
    }
}
