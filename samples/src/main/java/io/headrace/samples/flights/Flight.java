package io.headrace.samples.flights;

import java.time.LocalDateTime;

/**
 * One flight, as a row of the table {@code flights}.
 *
 * @param line the line of the file it was read from, counted from 1 with the header
 * @param departedAt local time at the origin
 * @param delayMinutes how late it arrived; negative for early
 * @param distanceMiles from origin to destination
 * @param origin IATA code of an airport
 * @param destination IATA code of an airport
 */
record Flight(
        long line, LocalDateTime departedAt, int delayMinutes, int distanceMiles, String origin, String destination) {

    /** The row as it stands in a file. */
    String toCsv() {
        return departedAt + "," + delayMinutes + "," + distanceMiles + "," + origin + "," + destination;
    }
}
