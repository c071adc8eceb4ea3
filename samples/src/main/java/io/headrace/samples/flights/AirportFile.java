package io.headrace.samples.flights;

import java.util.List;
import reactor.core.publisher.Flux;

/** The airports that ship with the samples. */
final class AirportFile {

    private static final String HEADER = "iata,name,city,state,country,latitude,longitude";

    private AirportFile() {}

    static Flux<Airport> airports() {
        return CsvSource.shipped("airports.csv").lines(HEADER).map(line -> airport(CsvFields.of(line.text())));
    }

    private static Airport airport(List<String> fields) {
        return new Airport(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                Double.parseDouble(fields.get(5)),
                Double.parseDouble(fields.get(6)));
    }
}
