package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Real rows, with their real dirt. */
@PostgresTest
class FlightAttemptsTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<FlightRow> ROWS = FlightRow.shipped();

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    FlightAttemptsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createFlights() {
        postgres.execute(FlightRow.TABLE);
    }

    private Mono<Long> insert(FlightRow row) {
        return db.sql(
                        """
                        INSERT INTO flights VALUES
                          (:line, :departedAt, :delayMinutes, :distanceMiles, :origin, :destination)""")
                .bindAll(row)
                .update();
    }

    private Mono<Long> insertAll(List<FlightRow> rows) {
        return db.bulk("flights", FlightRow.class).insertAll(rows);
    }

    private void check(List<Long> skippedLines) {
        List<Long> expected = FlightRow.repeatedLines(ROWS);
        assertThat(expected).hasSize(13);
        assertThat(skippedLines).isEqualTo(expected);
        assertThat(postgres.queryLong("SELECT count(*) FROM flights")).isEqualTo(ROWS.size() - expected.size());
    }

    private List<Long> skippedByEach(AttemptOptions options) {
        return tx.attemptEach(Flux.fromIterable(ROWS), this::insert, options)
                .filter(attempt -> !attempt.isKept())
                .map(attempt -> attempt.item().line())
                .collectList()
                .block(LIMIT);
    }

    private static List<Long> skippedByChunks(Flux<BulkAttempt<FlightRow>> chunks) {
        return chunks.flatMapIterable(BulkAttempt::skipped)
                .map(skipped -> skipped.item().line())
                .collectList()
                .block(LIMIT);
    }

    @Test
    void eachByItself() {
        check(skippedByEach(AttemptOptions.defaults()));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 100_000})
    void chunksThatAreNarrowedDown(int chunkSize) {
        check(skippedByEach(
                AttemptOptions.defaults().strategy(AttemptStrategy.BISECT).chunkSize(chunkSize)));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000, 100_000})
    void chunksThatAreHalved(int chunkSize) {
        check(skippedByChunks(tx.attemptChunks(
                Flux.fromIterable(ROWS),
                this::insertAll,
                AttemptOptions.defaults().chunkSize(chunkSize))));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000, 100_000})
    void chunksByCopy(int chunkSize) {
        check(skippedByChunks(tx.attemptBulk(
                db.bulk("flights", FlightRow.class),
                Flux.fromIterable(ROWS),
                AttemptOptions.defaults().chunkSize(chunkSize))));
    }
}
