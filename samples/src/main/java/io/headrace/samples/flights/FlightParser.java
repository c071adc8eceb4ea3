package io.headrace.samples.flights;

import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Makes flights of lines. What only the database can know, such as which airports exist, is left to it. */
final class FlightParser {

    static final String HEADER = "departed_at,delay_minutes,distance_miles,origin,destination";

    private static final int FIELDS = 5;

    private FlightParser() {}

    static ReadFlight parse(CsvLine line) {
        try {
            List<String> fields = CsvFields.of(line.text());
            if (fields.size() != FIELDS) {
                return new ReadFlight.Malformed(
                        line, fields.size() + (fields.size() == 1 ? " field" : " fields") + " instead of " + FIELDS);
            }
            return new ReadFlight.Good(new Flight(
                    line.number(),
                    time(fields.get(0)),
                    number("delay_minutes", fields.get(1)),
                    number("distance_miles", fields.get(2)),
                    fields.get(3),
                    fields.get(4)));
        } catch (IllegalArgumentException error) {
            return new ReadFlight.Malformed(line, String.valueOf(error.getMessage()));
        }
    }

    private static LocalDateTime time(String text) {
        try {
            return LocalDateTime.parse(text);
        } catch (DateTimeParseException error) {
            throw new IllegalArgumentException("departed_at is not a time like 2001-01-31T23:59", error);
        }
    }

    private static int number(String column, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException error) {
            throw new IllegalArgumentException(column + " is not a whole number", error);
        }
    }
}
