package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@PostgresTest
class PartitionsTest {

    private final TestPostgres postgres;
    private final Database db;

    PartitionsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    private Flux<Partition<Long>> partitions(long rows, int size) {
        return db.sql("SELECT n FROM generate_series(1, :rows) AS n")
                .bind("rows", rows)
                .as(Long.class)
                .partitions(size);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "2, 3", "3, 3", "4, 3", "6, 3", "7, 3", "5, 1", "1000, 10", "1001, 10", "999, 1000"})
    void partitionsAreNumberedFullAndTheLastOneIsMarked(long rows, int size) {
        List<Partition<Long>> all = partitions(rows, size).collectList().block(Duration.ofSeconds(10));

        assertThat(all).hasSize((int) ((rows + size - 1) / size));
        assertThat(all.stream().flatMap(partition -> partition.rows().stream()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, rows).boxed().toList());
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).number()).isEqualTo(i + 1L);
            assertThat(all.get(i).last()).isEqualTo(i == all.size() - 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 3", "6, 3", "7, 3", "2, 1", "3, 1", "30, 10", "31, 10"})
    void noPartitionIsEmittedThatWasNotAskedFor(long rows, int size) {
        StepVerifier.Step<Partition<Long>> steps =
                StepVerifier.create(partitions(rows, size), 0).expectSubscription();
        long expected = (rows + size - 1) / size;
        for (long number = 1; number <= expected; number++) {
            long next = number;
            steps = steps.expectNoEvent(Duration.ofMillis(50))
                    .thenRequest(1)
                    .assertNext(partition -> assertThat(partition.number()).isEqualTo(next));
        }
        steps.expectComplete().verify(Duration.ofSeconds(10));
    }

    /** The server stops in the middle of the chunk that it was asked for, so the sequence shows how far it went. */
    @Test
    void theServerProducesOnlyWhatWasAskedFor() {
        postgres.execute("CREATE SEQUENCE produced");
        Flux<Partition<Long>> partitions = db.sql("SELECT nextval('produced') FROM generate_series(1, 100000)")
                .as(Long.class)
                .partitions(100);

        StepVerifier.create(partitions, 0)
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(postgres.queryLong("SELECT last_value FROM produced"))
                        .isBetween(100L, 202L))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(postgres.queryLong("SELECT last_value FROM produced"))
                        .isBetween(200L, 303L))
                .thenCancel()
                .verify(Duration.ofSeconds(10));
    }

    /** For each partition from the second on; the first one may have to open a connection and prepare the statement. */
    @ParameterizedTest
    @CsvSource({"10, 10", "100, 12", "1, 2"})
    void eachPartitionIsOneRoundTripMadeWhenItIsAskedFor(int size, int partitions) {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            Flux<Partition<Long>> reading = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)))
                    .sql("SELECT n FROM generate_series(1, 100000) AS n")
                    .as(Long.class)
                    .partitions(size);
            List<Long> roundTrips = new ArrayList<>();

            StepVerifier.Step<Partition<Long>> steps =
                    StepVerifier.create(reading, 0).expectSubscription().expectNoEvent(Duration.ofMillis(50));
            assertThat(proxy.roundTrips()).isZero();
            for (int i = 0; i < partitions; i++) {
                steps = steps.thenRequest(1)
                        .expectNextCount(1)
                        .expectNoEvent(Duration.ofMillis(50))
                        .then(() -> roundTrips.add(proxy.roundTrips()));
            }
            steps.thenCancel().verify(Duration.ofSeconds(20));

            for (int i = 1; i < roundTrips.size(); i++) {
                assertThat(roundTrips.get(i) - roundTrips.get(i - 1))
                        .as("partition %d", i + 1)
                        .isEqualTo(1);
            }
        }
    }

    /** However long the result: the partition at the consumer's and the one that is being filled. */
    @Test
    void theRowsOfTwoPartitionsAreHeldAtMost() {
        int size = 100;
        AtomicLong mapped = new AtomicLong();
        AtomicLong handedOut = new AtomicLong();
        AtomicLong most = new AtomicLong();

        db.sql("SELECT n FROM generate_series(1, 20000) AS n")
                .as((row, metadata) -> mapped.incrementAndGet())
                .partitions(size)
                .limitRate(1)
                .doOnNext(partition -> {
                    most.accumulateAndGet(mapped.get() - handedOut.get(), Math::max);
                    handedOut.addAndGet(partition.size());
                })
                .blockLast(Duration.ofSeconds(20));

        assertThat(handedOut.get()).isEqualTo(20_000);
        assertThat(most.get()).isBetween((long) size, 2L * size);
    }

    @Test
    void aSizeBelowOneIsRefusedAtOnce() {
        Query<Long> query = db.sql("SELECT 1").as(Long.class);

        assertThatThrownBy(() -> query.partitions(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
