package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.core.bulk.BulkResult;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Step 1: the tables, in a schema of their own so that a server with other tables is safe. */
final class FlightTables {

    static final String SCHEMA = "headrace_demo";
    static final String AIRPORTS = SCHEMA + ".airports";
    static final String FLIGHTS = SCHEMA + ".flights";

    private static final List<String> STATEMENTS = List.of(
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
            )""");

    private final Database database;

    FlightTables(Database database) {
        this.database = database;
    }

    /** Makes both tables anew and fills the airports. Emits how many there are. */
    Mono<Long> create() {
        return Flux.fromIterable(STATEMENTS)
                .concatMap(statement -> database.sql(statement).run())
                .then(database.bulk(AIRPORTS, Airport.class).insert(AirportFile.airports()))
                .map(BulkResult::rows);
    }
}
