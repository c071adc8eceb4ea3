package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Partition;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows as they come: on demand, in partitions, and cut off. */
abstract class StreamContract extends Contract {

    private static final int MANY = 20_000;

    StreamContract(TestDatabase database) {
        super(database);
    }

    private Flux<Long> numbers(int count, boolean bound) {
        String sql = "SELECT n FROM " + database.numbers(count);
        return bound
                ? db.sql(sql + " WHERE n > :from ORDER BY n")
                        .bind("from", 0L)
                        .as(Long.class)
                        .flux()
                : db.sql(sql + " ORDER BY n").as(Long.class).flux();
    }

    private <T> Mono<T> inTransaction(Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allRowsComeInOrder(boolean bound) {
        List<Long> all = numbers(MANY, bound).collectList().block(TestDatabase.LIMIT);

        assertThat(all)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, MANY).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noRowComesThatWasNotAskedFor(boolean bound) {
        StepVerifier.create(numbers(1_000, bound), 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(1L, 2L)
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(300)
                .expectNextCount(300)
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(698)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamThatIsCutOffGivesItsConnectionBack(boolean bound) {
        StepVerifier.create(numbers(MANY, bound).take(3))
                .expectNext(1L, 2L, 3L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransactionGoesOnBehindAStreamThatIsCutOff(boolean bound) {
        create("cut_off", "id bigint PRIMARY KEY");
        Mono<Long> body = numbers(MANY, bound)
                .take(3)
                .then(db.sql("INSERT INTO cut_off VALUES (:id)").bind("id", 1L).update());

        StepVerifier.create(inTransaction(body)).expectNext(1L).expectComplete().verify(TestDatabase.LIMIT);
        assertThat(database.queryLong("SELECT count(*) FROM cut_off")).isEqualTo(1);
    }

    @Test
    void aTransactionGoesOnBehindAMapperThatFails() {
        create("failed_mapper", "id bigint PRIMARY KEY");
        Mono<Long> body = db.sql("SELECT n FROM " + database.numbers(MANY) + " WHERE n > :from")
                .bind("from", 0L)
                .<Long>as((row, metadata) -> {
                    throw new IllegalStateException("mapper");
                })
                .flux()
                .then()
                .onErrorComplete(IllegalStateException.class)
                .then(db.sql("INSERT INTO failed_mapper VALUES (1)").update());

        StepVerifier.create(inTransaction(body)).expectNext(1L).expectComplete().verify(TestDatabase.LIMIT);
        assertThat(database.queryLong("SELECT count(*) FROM failed_mapper")).isEqualTo(1);
    }

    @Test
    void firstStopsBehindTheFirstRow() {
        StepVerifier.create(db.sql("SELECT n FROM " + database.numbers(MANY) + " ORDER BY n")
                        .as(Long.class)
                        .first())
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "3, 3", "4, 3", "6, 3", "5, 1", "1000, 10", "1001, 10", "999, 1000"})
    void partitionsAreNumberedFullAndTheLastOneIsMarked(int rows, int size) {
        List<Partition<Long>> all = db.sql("SELECT n FROM " + database.numbers(1_001) + " WHERE n <= :rows ORDER BY n")
                .bind("rows", rows)
                .as(Long.class)
                .partitions(size)
                .collectList()
                .block(TestDatabase.LIMIT);

        assertThat(all).hasSize((rows + size - 1) / size);
        assertThat(all.stream().flatMap(partition -> partition.rows().stream()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, rows).boxed().toList());
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).number()).isEqualTo(i + 1L);
            assertThat(all.get(i).last()).isEqualTo(i == all.size() - 1);
        }
    }

    @Test
    void partitionsComeOnDemandAndMayBeCutOff() {
        StepVerifier.create(
                        db.sql("SELECT n FROM " + database.numbers(MANY) + " ORDER BY n")
                                .as(Long.class)
                                .partitions(100),
                        0)
                .expectSubscription()
                .thenRequest(1)
                .assertNext(partition -> assertThat(partition.rows()).hasSize(100))
                .expectNoEvent(Duration.ofMillis(50))
                .thenRequest(1)
                .assertNext(partition -> assertThat(partition.rows()).startsWith(101L))
                .thenCancel()
                .verify(TestDatabase.LIMIT);
    }
}
