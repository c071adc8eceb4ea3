package io.headrace.tx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** A flight as it was reported; the source is told beside the file. */
record FlightRow(
        long line, LocalDateTime departedAt, int delayMinutes, int distanceMiles, String origin, String destination) {

    static final String TABLE =
            """
            DROP TABLE IF EXISTS flights;
            CREATE TABLE flights (
              line int8 NOT NULL, departed_at timestamp NOT NULL, delay_minutes int4 NOT NULL,
              distance_miles int4 NOT NULL, origin text NOT NULL, destination text NOT NULL,
              UNIQUE (departed_at, origin, destination))""";

    private record Key(LocalDateTime departedAt, String origin, String destination) {}

    static List<FlightRow> shipped() {
        try (InputStream file = FlightRow.class.getResourceAsStream("flights-6k.csv.gz")) {
            return read(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    static List<FlightRow> of(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            return read(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static List<FlightRow> read(InputStream file) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8));
        reader.readLine();
        long[] line = {1};
        return reader.lines().map(text -> parse(++line[0], text.split(","))).toList();
    }

    private static FlightRow parse(long line, String... fields) {
        return new FlightRow(
                line,
                LocalDateTime.parse(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                fields[3],
                fields[4]);
    }

    /** The lines that have the time, origin and destination of an earlier one. */
    static List<Long> repeatedLines(List<FlightRow> rows) {
        Set<Key> known = new HashSet<>();
        return rows.stream()
                .filter(row -> !known.add(new Key(row.departedAt(), row.origin(), row.destination())))
                .map(FlightRow::line)
                .toList();
    }
}
