package io.headrace.benchmarks.tx;

import io.headrace.core.Database;
import io.headrace.tx.Attempt;
import io.headrace.tx.AttemptOptions;
import io.headrace.tx.AttemptStrategy;
import io.headrace.tx.BulkAttempt;
import io.headrace.tx.Transactions;
import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each gives how many rows were kept. */
final class HeadraceAttempts {

    private static final AttemptOptions OPTIONS = AttemptOptions.defaults().chunkSize(1_000);

    private static final String INSERT =
            """
            INSERT INTO flights_to_try VALUES
              (:line, :departedAt, :delayMinutes, :distanceMiles, :origin, :destination)""";

    private static final String INSERT_ALL =
            """
            INSERT INTO flights_to_try SELECT * FROM unnest(
              :lines::int8[], :departures::timestamp[], :delays::int4[], :distances::int4[],
              :origins::text[], :destinations::text[])""";

    private final Database database;
    private final Transactions transactions;

    HeadraceAttempts(Database database) {
        this.database = database;
        this.transactions = Transactions.on(database);
    }

    long bulk(List<Flight> flights, int chunkSize) {
        return kept(transactions.attemptBulk(
                database.bulk("flights_to_try", Flight.class),
                Flux.fromIterable(flights),
                OPTIONS.chunkSize(chunkSize)));
    }

    long chunks(List<Flight> flights) {
        return kept(transactions.attemptChunks(Flux.fromIterable(flights), this::insertAll, OPTIONS));
    }

    long bisect(List<Flight> flights) {
        return each(flights, OPTIONS.strategy(AttemptStrategy.BISECT));
    }

    long perItem(List<Flight> flights) {
        return each(flights, OPTIONS.strategy(AttemptStrategy.PER_ITEM));
    }

    private long each(List<Flight> flights, AttemptOptions options) {
        return number(transactions
                .attemptEach(Flux.fromIterable(flights), this::insert, options)
                .filter(Attempt::isKept)
                .count());
    }

    private Mono<Long> insert(Flight flight) {
        return database.sql(INSERT).bindAll(flight).update();
    }

    private Mono<Long> insertAll(List<Flight> flights) {
        return database.sql(INSERT_ALL)
                .bind("lines", column(flights, Flight::line, Long[]::new))
                .bind("departures", column(flights, Flight::departedAt, LocalDateTime[]::new))
                .bind("delays", column(flights, Flight::delayMinutes, Integer[]::new))
                .bind("distances", column(flights, Flight::distanceMiles, Integer[]::new))
                .bind("origins", column(flights, Flight::origin, String[]::new))
                .bind("destinations", column(flights, Flight::destination, String[]::new))
                .update();
    }

    private static <V> V[] column(List<Flight> flights, Function<Flight, V> value, IntFunction<V[]> array) {
        return flights.stream().map(value).toArray(array);
    }

    private static long kept(Flux<BulkAttempt<Flight>> chunks) {
        return number(chunks.reduce(0L, (sum, chunk) -> sum + chunk.kept()));
    }

    private static long number(Mono<Long> count) {
        Long number = count.block();
        return number == null ? 0 : number;
    }
}
