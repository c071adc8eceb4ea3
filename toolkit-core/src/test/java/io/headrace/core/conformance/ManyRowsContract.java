package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.coalesce.Loader;
import io.headrace.core.coalesce.Writer;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.scan.ScanPage;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows written in bulk, scanned by key, and read and written together by callers who do not know of each other. */
abstract class ManyRowsContract extends Contract {

    enum Kind {
        GOOD,
        BETTER
    }

    record Item(
            long id,
            String name,
            @Nullable BigDecimal price,
            Kind kind,
            LocalDate madeOn,
            @Nullable LocalDateTime seenAt) {}

    ManyRowsContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createItems() {
        create(
                "items",
                "id bigint PRIMARY KEY, name varchar(50) NOT NULL, price " + database.decimal()
                        + ", kind varchar(10) NOT NULL," + " made_on date NOT NULL, seen_at timestamp NULL");
    }

    private static Item item(long id) {
        return new Item(
                id,
                "item " + id,
                id % 3 == 0 ? null : BigDecimal.valueOf(id, 2),
                id % 2 == 0 ? Kind.GOOD : Kind.BETTER,
                LocalDate.of(2026, 1, 1).plusDays(id % 300),
                id % 5 == 0 ? null : LocalDateTime.of(2026, 1, 1, 12, 0).plusSeconds(id));
    }

    private static Flux<Item> items(int from, int count) {
        return Flux.range(from, count).map(ManyRowsContract::item);
    }

    @Test
    void aBulkWritesEveryRowAndColumn() {
        StepVerifier.create(db.bulk("items", Item.class).insert(items(1, 2_500)))
                .assertNext(result -> assertThat(result.rows()).isEqualTo(2_500))
                .verifyComplete();

        db.sql("SELECT * FROM items ORDER BY id")
                .as(Item.class)
                .flux()
                .collectList()
                .as(StepVerifier::create)
                .expectNext(items(1, 2_500).collectList().block())
                .verifyComplete();
    }

    @Test
    void aBulkThatFailsLeavesNothing() {
        StepVerifier.create(db.bulk("items", Item.class).insert(items(1, 2_500).concatWith(Mono.just(item(7)))))
                .verifyErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION);

        assertThat(database.queryLong("SELECT count(*) FROM items")).isZero();
    }

    @Test
    void anUpsertInsertsAndUpdates() {
        db.bulk("items", Item.class).insert(items(1, 1_500)).block(TestDatabase.LIMIT);
        Flux<Item> changed = items(1_001, 1_500)
                .map(old -> new Item(old.id(), "new " + old.id(), old.price(), old.kind(), old.madeOn(), old.seenAt()));

        StepVerifier.create(db.bulk("items", Item.class).upsert(changed, "id"))
                .assertNext(result -> assertThat(result.rows()).isEqualTo(1_500))
                .verifyComplete();

        assertThat(database.queryLong("SELECT count(*) FROM items")).isEqualTo(2_500);
        assertThat(database.queryLong("SELECT count(*) FROM items WHERE name LIKE 'new %'"))
                .isEqualTo(1_500);
        assertThat(database.queryLong("SELECT min(id) FROM items WHERE name LIKE 'new %'"))
                .isEqualTo(1_001);
    }

    @Test
    void aScanEmitsAllRowsInTheOrderOfTheKeyAndGoesOnBehindOne() {
        db.bulk("items", Item.class).insert(items(1, 250)).block(TestDatabase.LIMIT);
        var scan = db.scan("items", Item.class).by(database.name("id")).pageSize(100);

        List<ScanPage<Item>> pages = scan.pages().collectList().block(TestDatabase.LIMIT);
        assertThat(pages).extracting(page -> page.rows().size()).containsExactly(100, 100, 50);
        assertThat(pages).extracting(ScanPage::last).containsExactly(false, false, true);

        StepVerifier.create(scan.after(pages.get(1).lastKey()).flux().collectList())
                .expectNext(items(201, 50).collectList().block())
                .verifyComplete();
        StepVerifier.create(scan.descending().flux().take(2).map(Item::id))
                .expectNext(250L, 249L)
                .verifyComplete();
    }

    @Test
    void aLoaderAnswersEveryCaller() {
        db.bulk("items", Item.class).insert(items(1, 100)).block(TestDatabase.LIMIT);
        Loader<Long, Item> loader = db.loader("SELECT * FROM items WHERE id IN (:keys)", Item.class, Item::id);

        StepVerifier.create(Flux.range(1, 110)
                        .flatMapSequential(id -> loader.load((long) id), 110)
                        .map(Item::id)
                        .collectList())
                .assertNext(ids -> assertThat(ids).hasSize(100).isSorted())
                .verifyComplete();
    }

    @Test
    void aWriterFailsTheRowThatIsRefusedAlone() {
        db.bulk("items", Item.class).insert(items(50, 1)).block(TestDatabase.LIMIT);
        Writer<Item> writer = db.writer("items", Item.class);

        List<Long> refused = items(1, 100)
                .flatMap(item -> writer.write(item).then(Mono.<Long>empty()).onErrorReturn(item.id()), 100)
                .collectList()
                .block(TestDatabase.LIMIT);

        assertThat(refused).containsExactly(50L);
        assertThat(database.queryLong("SELECT count(*) FROM items")).isEqualTo(100);
    }
}
