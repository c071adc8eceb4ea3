package io.headrace.samples.flights;

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

    AirportReports(RedisToolkit redis, AirportLookups lookups, String run) {
        this.lookups = lookups;
        this.store = redis.keyValues("headrace-demo-" + run + "-report", AirportReport.class);
    }

    /** Emits how many reports were written. */
    Mono<Long> write(List<AirportFigures> airports) {
        return Flux.fromIterable(airports)
                .flatMap(figures -> write(figures).thenReturn(figures), CONSUMERS)
                .count();
    }

    /** Emits how many of these airports have a report in Redis. */
    Mono<Integer> stored(List<AirportFigures> airports) {
        List<String> codes = airports.stream().map(AirportFigures::iata).toList();
        return store.getAll(codes).map(found -> found.size());
    }

    private Mono<Void> write(AirportFigures figures) {
        return lookups.find(figures.iata())
                .flatMap(airport -> store.set(figures.iata(), AirportReport.of(figures, airport), TIME_TO_LIVE));
    }
}
