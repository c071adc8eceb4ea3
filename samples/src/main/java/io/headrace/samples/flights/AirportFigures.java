package io.headrace.samples.flights;

/**
 * What the flights say about one airport.
 *
 * @param iata its code
 * @param departures flights from it
 * @param arrivals flights to it
 * @param delayMinutes sum over the departures
 * @param miles sum over the departures
 */
record AirportFigures(String iata, long departures, long arrivals, long delayMinutes, long miles) {

    static AirportFigures none(String iata) {
        return new AirportFigures(iata, 0, 0, 0, 0);
    }

    AirportFigures withDeparture(Flight flight) {
        return new AirportFigures(
                iata, departures + 1, arrivals, delayMinutes + flight.delayMinutes(), miles + flight.distanceMiles());
    }

    AirportFigures withArrival() {
        return new AirportFigures(iata, departures, arrivals + 1, delayMinutes, miles);
    }

    long flights() {
        return departures + arrivals;
    }

    double meanDelay() {
        return departures == 0 ? 0 : (double) delayMinutes / departures;
    }
}
