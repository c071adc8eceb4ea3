package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.ConnectionFactories;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The road for databases that are not PostgreSQL, on H2. Its locks are in the process, so all runs where threads may wait. */
class ValuesRoadTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    enum Mood {
        HAPPY,
        SAD
    }

    record Item(
            int id,
            @Nullable String name,
            @Nullable BigDecimal price,
            @Nullable LocalDate madeOn,
            @Nullable Mood mood,
            @Nullable UUID code) {}

    record Name(String name) {}

    private final Database db = Database.on(ConnectionFactories.get("r2dbc:h2:mem:///values_" + UUID.randomUUID()
            + ";DB_CLOSE_DELAY=-1;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"));

    private static <T> T on(Supplier<Publisher<T>> work) {
        return Mono.from(Flux.defer(work::get).subscribeOn(Schedulers.boundedElastic()))
                .block(PATIENCE);
    }

    private static <T> List<T> allOf(Flux<T> work) {
        return work.subscribeOn(Schedulers.boundedElastic()).collectList().block(PATIENCE);
    }

    @BeforeEach
    void createTable() {
        on(() -> db.sql("CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) DEFAULT 'x',"
                        + " price numeric(10, 2), made_on date, mood varchar(10), code uuid)")
                .run());
    }

    private static Flux<Item> items(int count) {
        return Flux.range(1, count)
                .map(n -> n % 7 == 0
                        ? new Item(n, null, null, null, null, null)
                        : new Item(n, "n" + n, new BigDecimal("1.50"), LocalDate.EPOCH, Mood.SAD, new UUID(0, n)));
    }

    private long count() {
        return on(() -> db.sql("SELECT count(*) FROM items").as(Long.class).one());
    }

    @Test
    void allRowsArriveAndAreCounted() {
        List<Long> told = new ArrayList<>();

        BulkResult result = on(() -> db.bulk("items", Item.class)
                .onProgress(soFar -> told.add(soFar.rows()))
                .insert(items(2_500)));

        assertThat(result).isEqualTo(new BulkResult(2_500, 3, 0));
        assertThat(told).containsExactly(1_000L, 2_000L, 2_500L);
        assertThat(allOf(db.sql("SELECT id, name, price, made_on, mood, code FROM items ORDER BY id")
                        .as(Item.class)
                        .flux()))
                .isEqualTo(items(2_500).collectList().block());
    }

    @Test
    void anErrorLeavesNothingUnlessChunksWereToStay() {
        Flux<Item> rows = items(2_500).concatWith(items(1));

        StepVerifier.create(db.bulk("items", Item.class).insert(rows).subscribeOn(Schedulers.boundedElastic()))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION))
                .verify(PATIENCE);
        assertThat(count()).isZero();

        StepVerifier.create(db.bulk("items", Item.class)
                        .committingEvery(500)
                        .insert(rows)
                        .subscribeOn(Schedulers.boundedElastic()))
                .expectErrorSatisfies(error ->
                        assertThat(((BulkException) error).committedRows()).isEqualTo(2_500))
                .verify(PATIENCE);
        assertThat(count()).isEqualTo(2_500);
    }

    @Test
    void keysComeBackInTheOrderOfTheRows() {
        List<Integer> keys = allOf(db.bulk("items", Name.class)
                .insertReturning(Flux.range(1, 2_500).map(n -> new Name("n" + n)), Integer.class, "id"));

        assertThat(keys).isEqualTo(IntStream.rangeClosed(1, 2_500).boxed().toList());
        assertThat(on(() -> db.sql("SELECT count(*) FROM items WHERE name = concat('n', id)")
                        .as(Long.class)
                        .one()))
                .isEqualTo(2_500);
    }

    @Test
    void aListGoesInOneStatement() {
        Bulk<Item> bulk = db.bulk("items", Item.class);

        assertThat(on(() -> bulk.insertAll(List.of()))).isZero();
        assertThat(on(() -> bulk.insertAll(items(1_000).collectList().block()))).isEqualTo(1_000);
    }

    @Test
    void aMissingColumnIsAnErrorBeforeTheFirstRow() {
        on(() -> db.sql("ALTER TABLE items DROP COLUMN mood").run());
        AtomicLong asked = new AtomicLong();

        StepVerifier.create(db.bulk("items", Item.class)
                        .insert(items(1).doOnRequest(asked::addAndGet))
                        .subscribeOn(Schedulers.boundedElastic()))
                .expectError()
                .verify(PATIENCE);
        assertThat(asked).hasValue(0);
    }
}
