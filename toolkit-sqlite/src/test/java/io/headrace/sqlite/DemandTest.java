package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Rows are stepped as far as they are asked for. */
@Timeout(120)
class DemandTest {

    private final SqliteConnectionFactory connections = SqliteConnectionFactory.temporary();
    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = Sql.open(connections);
    }

    @AfterEach
    void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    private Flux<Long> endless(AtomicLong mapped) {
        return Flux.from(connection.createStatement(Sql.ENDLESS).execute())
                .concatMap(result -> result.map(row -> {
                    mapped.incrementAndGet();
                    return row.get(0, Long.class);
                }));
    }

    @Test
    void nothingIsReadThatWasNotAskedFor() {
        AtomicLong mapped = new AtomicLong();

        StepVerifier.create(endless(mapped), 0)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .expectNext(1L)
                .thenRequest(9)
                .expectNextCount(9)
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> assertThat(mapped).hasValue(10))
                .thenCancel()
                .verify(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT 1")).isOne();
        assertThat(mapped).hasValue(10);
    }

    @Test
    void aLimitedRateGivesEveryRowOnceAndInOrder() {
        String numbers =
                "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n FROM c";

        assertThat(Sql.query(connection, numbers, Integer.class)
                        .limitRate(7)
                        .collectList()
                        .block(Sql.LIMIT))
                .isEqualTo(IntStream.rangeClosed(1, 5000).boxed().toList());
    }

    @Test
    void aCutStreamLeavesTheConnectionFree() {
        for (int round = 0; round < 50; round++) {
            assertThat(endless(new AtomicLong()).take(10).count().block(Sql.LIMIT))
                    .isEqualTo(10);
            assertThat(Sql.number(connection, "SELECT 1")).isOne();
        }
    }

    @Test
    void aStreamWithExactDemandIsComplete() {
        StepVerifier.create(Sql.query(connection, "SELECT 1 UNION ALL SELECT 2", Long.class), 2)
                .expectNext(1L, 2L)
                .expectComplete()
                .verify(Sql.LIMIT);
    }

    @Test
    void aShortQuestionIsAnsweredWhileAStreamRunsOnTheSameConnection() {
        AtomicLong mapped = new AtomicLong();
        var stream = endless(mapped).subscribe();

        for (int round = 0; round < 100; round++) {
            assertThat(Sql.number(connection, "SELECT 1")).isOne();
        }
        assertThat(stream.isDisposed()).isFalse();
        stream.dispose();
        assertThat(Sql.number(connection, "SELECT 1")).isOne();
        assertThat(mapped).hasPositiveValue();
    }

    @Test
    void aQueryForEachRowOfAStreamRunsOnTheSameConnection() {
        assertThat(endless(new AtomicLong())
                        .take(300)
                        .concatMap(n -> Sql.query(connection, "SELECT ?1 * 2", Long.class, n))
                        .reduce(0L, Long::sum)
                        .block(Sql.LIMIT))
                .isEqualTo(300L * 301);
    }

    @Test
    void rowsThatAreHandedOverArriveInOrder() {
        assertThat(Sql.query(connection, Sql.ENDLESS, Long.class)
                        .take(10_000)
                        .publishOn(Schedulers.parallel(), 256)
                        .reduce((before, next) -> next == before + 1 ? next : -1L)
                        .block(Sql.LIMIT))
                .isEqualTo(10_000L);
    }

    @Test
    void manyRequestsFromManyThreadsAreAnsweredExactly() {
        assertThat(Flux.range(0, 200)
                        .flatMap(
                                i -> Sql.query(connection, Sql.ENDLESS, Long.class)
                                        .limitRate(3)
                                        .take(20)
                                        .publishOn(Schedulers.parallel())
                                        .reduce(0L, Long::sum),
                                16)
                        .distinct()
                        .collectList()
                        .block(Sql.LIMIT))
                .containsExactly(210L);
    }
}
