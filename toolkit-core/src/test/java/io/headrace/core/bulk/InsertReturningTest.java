package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What the database makes of new rows comes back in the order of the rows. */
@PostgresTest
class InsertReturningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    record Name(String name) {}

    record Made(int id, String name) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Bulk<Name> bulk;

    InsertReturningTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.bulk = db.bulk("names", Name.class);
    }

    @BeforeEach
    void createNames() {
        postgres.execute(
                "DROP TABLE IF EXISTS names; CREATE TABLE names (id serial PRIMARY KEY, name varchar(10) UNIQUE)");
    }

    private static Flux<Name> names(int count) {
        return Flux.range(1, count).map(n -> new Name("n" + n));
    }

    @Test
    void aHundredThousandKeysComeBackInTheOrderOfTheRows() {
        List<Integer> keys = bulk.insertReturning(names(100_000), Integer.class, "id")
                .collectList()
                .block(PATIENCE);

        assertThat(keys).isEqualTo(IntStream.rangeClosed(1, 100_000).boxed().toList());
        assertThat(postgres.queryLong("SELECT count(*) FROM names WHERE name = 'n' || id"))
                .isEqualTo(100_000);
    }

    @Test
    void aRecordNamesTheColumnsByItsComponents() {
        List<Made> made =
                bulk.insertReturning(names(3), Made.class).collectList().block(PATIENCE);

        assertThat(made).containsExactly(new Made(1, "n1"), new Made(2, "n2"), new Made(3, "n3"));
        assertThatThrownBy(() -> bulk.insertReturning(names(1), Integer.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Integer");
    }

    @Test
    void theNextChunkIsSentOnlyWhenTheLastHasBeenAskedFor() {
        AtomicLong asked = new AtomicLong();

        StepVerifier.create(
                        bulk.insertReturning(
                                names(10_000).doOnNext(name -> asked.incrementAndGet()), Integer.class, "id"),
                        0)
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> assertThat(asked).hasValue(1_000))
                .thenRequest(1_500)
                .expectNextCount(1_500)
                .then(() -> assertThat(asked).hasValue(2_000))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void progressIsToldChunkByChunkAndAnErrorUndoesThemAll() {
        List<Long> told = new ArrayList<>();

        StepVerifier.create(bulk.onProgress(result -> told.add(result.rows()))
                        .insertReturning(names(2_500).concatWith(names(1)), Integer.class, "id")
                        .then())
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION))
                .verify(PATIENCE);

        assertThat(told).containsExactly(1_000L, 2_000L);
        assertThat(postgres.queryLong("SELECT count(*) FROM names")).isZero();
    }

    @Test
    void aTextThatIsTooLongIsRefusedNotCut() {
        StepVerifier.create(bulk.insertReturning(Flux.just(new Name("12345678901")), Integer.class, "id"))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.DATA))
                .verify(PATIENCE);
    }

    @Test
    void aTextThatPostgresCannotHoldIsRefusedWithItsRow() {
        StepVerifier.create(bulk.insertReturning(names(2).concatWithValues(new Name("a\0b")), Integer.class, "id"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("row 3", "names.name"))
                .verify(PATIENCE);
    }
}
