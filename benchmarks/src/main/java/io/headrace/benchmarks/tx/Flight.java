package io.headrace.benchmarks.tx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A row of the file that the demo ships, or of another of the same columns. */
record Flight(
        long line, LocalDateTime departedAt, int delayMinutes, int distanceMiles, String origin, String destination) {

    static final String TABLE =
            """
            CREATE TABLE flights_to_try (
              line int8 NOT NULL, departed_at timestamp NOT NULL, delay_minutes int4 NOT NULL,
              distance_miles int4 NOT NULL, origin text NOT NULL, destination text NOT NULL,
              UNIQUE (departed_at, origin, destination))
            WITH (autovacuum_enabled = false)""";

    /** Which rows are there, and not just how many. */
    static final String FIGURE = "SELECT sum(line)::int8 FROM flights_to_try";

    private static final String SHIPPED = "flights-200k.csv.gz";

    private record Key(LocalDateTime departedAt, String origin, String destination) {}

    /** @param file null for the shipped one */
    static List<Flight> read(@Nullable Path file, int most) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(open(file), 1 << 16), StandardCharsets.UTF_8))) {
            long[] line = {0};
            return reader.lines()
                    .skip(1)
                    .limit(most)
                    .map(text -> parse(++line[0], text.split(",", -1)))
                    .toList();
        }
    }

    private static InputStream open(@Nullable Path file) throws IOException {
        if (file != null) {
            return Files.newInputStream(file);
        }
        InputStream shipped = Flight.class.getResourceAsStream(SHIPPED);
        if (shipped == null) {
            throw new NoSuchFileException(SHIPPED);
        }
        return shipped;
    }

    private static Flight parse(long line, String... fields) {
        return new Flight(
                line,
                LocalDateTime.parse(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                fields[3],
                fields[4]);
    }

    /** The figure of the rows that should be kept: the first of each time, origin and destination. */
    static long figureOf(List<Flight> flights) {
        Set<Key> known = new HashSet<>();
        return flights.stream()
                .filter(flight -> known.add(new Key(flight.departedAt, flight.origin, flight.destination)))
                .mapToLong(Flight::line)
                .sum();
    }
}
