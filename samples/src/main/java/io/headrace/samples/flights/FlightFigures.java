package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.core.Partition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Step 3: the whole table streamed back, a thousand rows at a time, and folded into a few hundred figures. */
final class FlightFigures {

    private static final int PARTITION_SIZE = 1_000;

    private final Database database;

    FlightFigures(Database database) {
        this.database = database;
    }

    /** Emits the figures of every airport that has flights, the busiest first. */
    Mono<List<AirportFigures>> fold() {
        return database.sql("SELECT line, departed_at, delay_minutes, distance_miles, origin, destination" + " FROM "
                        + FlightTables.of(database).flights())
                .as(Flight.class)
                .partitions(PARTITION_SIZE)
                .collect(HashMap<String, AirportFigures>::new, FlightFigures::add)
                .map(FlightFigures::busiestFirst);
    }

    static void add(Map<String, AirportFigures> figures, Partition<Flight> partition) {
        for (Flight flight : partition.rows()) {
            figures.put(flight.origin(), of(figures, flight.origin()).withDeparture(flight));
            figures.put(flight.destination(), of(figures, flight.destination()).withArrival());
        }
    }

    static List<AirportFigures> busiestFirst(Map<String, AirportFigures> figures) {
        return figures.values().stream()
                .sorted(Comparator.comparingLong(AirportFigures::flights)
                        .reversed()
                        .thenComparing(AirportFigures::iata))
                .toList();
    }

    private static AirportFigures of(Map<String, AirportFigures> figures, String iata) {
        AirportFigures known = figures.get(iata);
        return known == null ? AirportFigures.none(iata) : known;
    }
}
