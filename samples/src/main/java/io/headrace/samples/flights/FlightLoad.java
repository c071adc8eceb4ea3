package io.headrace.samples.flights;

import io.headrace.core.Database;
import io.headrace.tx.AttemptOptions;
import io.headrace.tx.BulkAttempt;
import io.headrace.tx.Transactions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/**
 * Step 2: the file into the table, in one transaction, at the speed of COPY. What is no flight is left out while reading;
 * what the database refuses is rolled back by itself and left out too. Both are reported.
 */
final class FlightLoad {

    /** Half of what is read ahead of the database is asked for at a time, so that reading and writing overlap. */
    private static final int READ_AHEAD = 4_000;

    private final Database database;
    private final Transactions transactions;

    FlightLoad(Database database) {
        this.database = database;
        this.transactions = Transactions.on(database);
    }

    /** Loads the file. Emits how many rows were kept. */
    Mono<Long> run(CsvSource source, SkippedFile skipped, Progress progress) {
        Flux<Flight> flights = source.lines(FlightParser.HEADER)
                .<Flight>handle((line, sink) -> parse(line, sink, skipped))
                .publishOn(Schedulers.parallel(), READ_AHEAD);
        return transactions
                .attemptBulk(
                        database.bulk(FlightTables.of(database).flights(), Flight.class),
                        flights,
                        AttemptOptions.defaults())
                .publishOn(Schedulers.boundedElastic(), 1)
                .map(chunk -> report(chunk, skipped, progress))
                .reduce(0L, Long::sum);
    }

    private static void parse(CsvLine line, SynchronousSink<Flight> sink, SkippedFile skipped) {
        ReadFlight read = FlightParser.parse(line);
        if (read instanceof ReadFlight.Good good) {
            sink.next(good.flight());
        } else if (read instanceof ReadFlight.Malformed malformed) {
            skipped.addMalformed(malformed);
        }
    }

    private static long report(BulkAttempt<Flight> chunk, SkippedFile skipped, Progress progress) {
        chunk.skipped().forEach(row -> skipped.addRefused(row.item(), row.error()));
        progress.add(chunk.kept() + chunk.skipped().size());
        return chunk.kept();
    }
}
