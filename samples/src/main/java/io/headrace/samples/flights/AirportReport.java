package io.headrace.samples.flights;

/**
 * What a report job writes about one airport.
 *
 * @param iata its code
 * @param airport its name and place
 * @param departures flights from it
 * @param arrivals flights to it
 * @param meanDelayMinutes of the departures
 * @param miles flown by the departures
 */
record AirportReport(String iata, String airport, long departures, long arrivals, double meanDelayMinutes, long miles) {

    static AirportReport of(AirportFigures figures, Airport airport) {
        return new AirportReport(
                figures.iata(),
                airport.label(),
                figures.departures(),
                figures.arrivals(),
                figures.meanDelay(),
                figures.miles());
    }
}
