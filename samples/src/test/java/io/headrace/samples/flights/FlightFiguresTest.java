package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Partition;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlightFiguresTest {

    @Test
    void foldsPartitionsIntoFiguresPerAirport() {
        Map<String, AirportFigures> figures = new HashMap<>();

        FlightFigures.add(
                figures,
                new Partition<>(1, List.of(flight(10, 100, "AAA", "BBB"), flight(-4, 100, "AAA", "BBB")), false));
        FlightFigures.add(figures, new Partition<>(2, List.of(flight(6, 50, "CCC", "AAA")), true));

        assertThat(FlightFigures.busiestFirst(figures))
                .containsExactly(
                        new AirportFigures("AAA", 2, 1, 6, 200),
                        new AirportFigures("BBB", 0, 2, 0, 0),
                        new AirportFigures("CCC", 1, 0, 6, 50));
    }

    @Test
    void meanDelayIsOfTheDepartures() {
        assertThat(new AirportFigures("AAA", 4, 9, 6, 0).meanDelay()).isEqualTo(1.5);
        assertThat(new AirportFigures("AAA", 0, 9, 0, 0).meanDelay()).isZero();
    }

    private static Flight flight(int delay, int miles, String origin, String destination) {
        return new Flight(2, LocalDateTime.of(2001, 1, 1, 0, 0), delay, miles, origin, destination);
    }
}
