package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

@PostgresTest
class BulkTest {

    record Item(long id, @Nullable String name) {}

    record Wrong(long id, String title) {}

    record Mistyped(String id, String name) {}

    private final TestPostgres postgres;
    private final Database db;

    BulkTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items");
        postgres.execute("CREATE TABLE items (id int8 PRIMARY KEY, name varchar(10), made timestamptz DEFAULT now())");
    }

    private static Flux<Item> items(int count) {
        return Flux.range(1, count).map(n -> new Item(n, "n" + n % 100));
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM items");
    }

    @Test
    void allRowsArriveAndAreCounted() {
        StepVerifier.create(db.bulk("items", Item.class).insert(items(25_000)))
                .assertNext(result -> {
                    assertThat(result.rows()).isEqualTo(25_000);
                    assertThat(result.chunks()).isEqualTo(3);
                    assertThat(result.bytes()).isPositive();
                })
                .verifyComplete();

        assertThat(count()).isEqualTo(25_000);
        assertThat(postgres.queryLong("SELECT count(*) FROM items WHERE name = 'n' || id % 100 AND made IS NOT NULL"))
                .isEqualTo(25_000);
    }

    @Test
    void noRowsAreABulkOfNone() {
        StepVerifier.create(db.bulk("items", Item.class).insert(Flux.empty()))
                .expectNext(new BulkResult(0, 0, 0))
                .verifyComplete();
    }

    @Test
    void progressIsToldAfterEachChunk() {
        List<Long> told = new ArrayList<>();

        db.bulk("items", Item.class)
                .onProgress(result -> told.add(result.rows()))
                .insert(items(25_000))
                .block(Duration.ofSeconds(10));

        assertThat(told).containsExactly(10_000L, 20_000L, 25_000L);
    }

    @Test
    void aRefusedRowLeavesNothingOfTheBulk() {
        Flux<Item> rows = items(25_000).concatWith(Mono.just(new Item(3, "again")));

        StepVerifier.create(db.bulk("items", Item.class).insert(rows))
                .verifyErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.UNIQUE_VIOLATION));

        assertThat(count()).isZero();
    }

    @Test
    void aFailingSourceLeavesNothingOfTheBulk() {
        Flux<Item> rows = items(25_000).concatWith(Mono.error(new IllegalStateException("source")));

        StepVerifier.create(db.bulk("items", Item.class).insert(rows)).verifyErrorMessage("source");

        assertThat(count()).isZero();
    }

    @Test
    void aCancelledBulkLeavesNothing() {
        StepVerifier.create(db.bulk("items", Item.class).insert(items(15_000).concatWith(Flux.never())))
                .thenAwait(Duration.ofMillis(200))
                .thenCancel()
                .verify(Duration.ofSeconds(10));

        Mono.fromSupplier(postgres::openTransactions)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(List::isEmpty)
                .repeatWhenEmpty(100, retries -> retries.delayElements(Duration.ofMillis(20)))
                .block(Duration.ofSeconds(5));
        assertThat(count()).isZero();
    }

    @Test
    void theLineOfARefusedRowIsItsPlaceInTheList() {
        List<Item> rows = List.of(new Item(1, "a"), new Item(2, "b"), new Item(1, "c"), new Item(4, "d"));

        StepVerifier.create(db.bulk("items", Item.class).insertAll(rows))
                .verifyErrorSatisfies(
                        error -> assertThat(SqlErrors.copyLineOf(error)).contains(3L));
    }

    @Test
    void theSourceIsAskedForNoMoreThanTwoChunksAheadOfTheServer() {
        AtomicLong made = new AtomicLong();
        AtomicLong mostAhead = new AtomicLong();
        AtomicLong taken = new AtomicLong();

        db.bulk("items", Item.class)
                .onProgress(result -> taken.set(result.rows()))
                .insert(items(50_000).doOnNext(item -> {
                    long ahead = made.incrementAndGet() - taken.get();
                    mostAhead.accumulateAndGet(ahead, Math::max);
                }))
                .block(Duration.ofSeconds(10));

        assertThat(mostAhead.get()).isLessThanOrEqualTo(20_001);
    }

    @Test
    void aMissingTableIsNamedBeforeTheFirstRowIsAskedFor() {
        AtomicLong asked = new AtomicLong();

        StepVerifier.create(db.bulk("nothing", Item.class).insert(items(1).doOnRequest(asked::addAndGet)))
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(BulkException.class).hasMessageContaining("'nothing'"));

        assertThat(asked).hasValue(0);
    }

    @Test
    void aComponentWithoutColumnIsNamedWithTheColumnsThereAre() {
        StepVerifier.create(db.bulk("items", Wrong.class).insert(Flux.empty()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("no column 'title'", "Wrong.title", "[id, made, name]"));
    }

    @Test
    void aComponentOfAnotherTypeIsRefusedWithBothTypes() {
        StepVerifier.create(db.bulk("items", Mistyped.class).insert(Flux.empty()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("Mistyped.id", "String", "items.id", "bigint"));
    }
}
