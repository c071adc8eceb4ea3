package io.headrace.samples.flights;

/** What a line of the file turned out to be. */
sealed interface ReadFlight {

    /** A flight. */
    record Good(Flight flight) implements ReadFlight {}

    /**
     * No flight.
     *
     * @param line as it stands in the file
     * @param reason what is wrong with it, for people
     */
    record Malformed(CsvLine line, String reason) implements ReadFlight {}
}
