package io.headrace.samples.flights;

/**
 * A job on the queue: write the report of one airport.
 *
 * @param run the run of the program that wants it
 * @param figures what the report is about
 */
record ReportJob(String run, AirportFigures figures) {

    /** Where its report is stored. */
    String key() {
        return key(run, figures);
    }

    static String key(String run, AirportFigures figures) {
        return run + ":" + figures.iata();
    }
}
