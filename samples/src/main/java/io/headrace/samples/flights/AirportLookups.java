package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.redis.Cache;
import io.headrace.redis.CacheSnapshot;
import io.headrace.redis.RedisToolkit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** Step 4: airports by code, from Redis, and from the database when Redis does not know them yet. */
final class AirportLookups {

    private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);

    private final Database database;
    private final Cache<String, Airport> cache;

    AirportLookups(Database database, RedisToolkit redis, String run) {
        this.database = database;
        this.cache = redis.cache(
                "headrace-demo-" + run + "-airport",
                String.class,
                Airport.class,
                settings -> settings.ttl(TIME_TO_LIVE));
    }

    Mono<Airport> find(String iata) {
        return cache.get(iata, this::load);
    }

    /** Asks for this many airports, all at the same time. Emits how many were found. */
    Mono<Long> ask(List<AirportFigures> airports, int times) {
        return Mono.defer(() -> {
            LongAdder found = new LongAdder();
            // Not flatMap, which looks through all that are open each time one of them ends.
            return Mono.when(IntStream.range(0, airports.isEmpty() ? 0 : times)
                            .mapToObj(number ->
                                    find(airports.get(number % airports.size()).iata()))
                            .map(lookup -> lookup.doOnNext(airport -> found.increment()))
                            .toList())
                    .then(Mono.fromSupplier(found::sum));
        });
    }

    CacheSnapshot snapshot() {
        return cache.snapshot();
    }

    private Mono<Airport> load(String iata) {
        return database.sql("SELECT * FROM " + FlightTables.of(database).airports() + " WHERE iata = :iata")
                .bind("iata", iata)
                .as(Airport.class)
                .optional();
    }
}
