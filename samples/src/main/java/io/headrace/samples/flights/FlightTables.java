package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.core.bulk.BulkResult;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Step 1: the tables, where other tables of the database are safe: in a schema of their own, and on SQLite, which has no schemas,
 * under names of their own.
 *
 * @param airports the name of the table of airports
 * @param flights the name of the table of flights
 * @param definitions makes both anew
 */
record FlightTables(String airports, String flights, List<String> definitions) {

    private static final FlightTables IN_A_SCHEMA = new FlightTables(
            "headrace_demo.airports",
            "headrace_demo.flights",
            List.of(
                    "CREATE SCHEMA IF NOT EXISTS headrace_demo",
                    "DROP TABLE IF EXISTS headrace_demo.flights, headrace_demo.airports",
                    """
                    CREATE TABLE headrace_demo.airports (
                      iata text PRIMARY KEY,
                      name text NOT NULL,
                      city text NOT NULL,
                      state text NOT NULL,
                      country text NOT NULL,
                      latitude float8 NOT NULL,
                      longitude float8 NOT NULL
                    )""",
                    """
                    CREATE TABLE headrace_demo.flights (
                      line bigint PRIMARY KEY,
                      departed_at timestamp NOT NULL,
                      delay_minutes int NOT NULL,
                      distance_miles int NOT NULL,
                      origin text NOT NULL CONSTRAINT origin_is_an_airport REFERENCES headrace_demo.airports,
                      destination text NOT NULL CONSTRAINT destination_is_an_airport REFERENCES headrace_demo.airports,
                      CONSTRAINT one_departure_per_route_and_minute UNIQUE (departed_at, origin, destination)
                    )"""));

    private static final FlightTables IN_A_FILE = new FlightTables(
            "headrace_demo_airports",
            "headrace_demo_flights",
            List.of(
                    "DROP TABLE IF EXISTS headrace_demo_flights",
                    "DROP TABLE IF EXISTS headrace_demo_airports",
                    """
                    CREATE TABLE headrace_demo_airports (
                      iata text PRIMARY KEY,
                      name text NOT NULL,
                      city text NOT NULL,
                      state text NOT NULL,
                      country text NOT NULL,
                      latitude real NOT NULL,
                      longitude real NOT NULL
                    ) STRICT""",
                    """
                    CREATE TABLE headrace_demo_flights (
                      line integer PRIMARY KEY,
                      departed_at text NOT NULL,
                      delay_minutes int NOT NULL,
                      distance_miles int NOT NULL,
                      origin text NOT NULL REFERENCES headrace_demo_airports,
                      destination text NOT NULL REFERENCES headrace_demo_airports,
                      UNIQUE (departed_at, origin, destination)
                    ) STRICT"""));

    static FlightTables of(Database database) {
        return isSqlite(database) ? IN_A_FILE : IN_A_SCHEMA;
    }

    static boolean isSqlite(Database database) {
        return database.sessions().dialect().name().equals("SQLite");
    }

    /** Makes both tables anew and fills the airports. Emits how many there are. */
    Mono<Long> create(Database database) {
        return Flux.fromIterable(definitions)
                .concatMap(statement -> database.sql(statement).run())
                .then(database.bulk(airports, Airport.class).insert(AirportFile.airports()))
                .map(BulkResult::rows);
    }
}
