/**
 * The flights program: loads flight records from a CSV file into PostgreSQL, streams them back into figures per airport,
 * looks airports up through a cache in Redis, and works off one report job per airport.
 *
 * <p>Reading order: {@link io.headrace.samples.flights.FlightsDemo}, {@link io.headrace.samples.flights.FlightsProgram},
 * then one class per step: {@code FlightTables}, {@code FlightLoad}, {@code FlightFigures}, {@code AirportLookups},
 * {@code AirportReports}.
 */
@NullMarked
@CheckReturnValue
package io.headrace.samples.flights;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
