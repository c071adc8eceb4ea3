package io.headrace.tx;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.OpenStreamException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Operators of this module over rows that are still being read by their own transaction: an error at once, never a hang. */
@PostgresTest
class OpenStreamsTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    record Item(int id) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Transactions tx;

    OpenStreamsTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.tx = Transactions.on(db);
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int4 PRIMARY KEY)");
    }

    private Flux<Item> items(int rows) {
        return db.sql("SELECT n AS id FROM generate_series(1, :rows) AS n")
                .named("items.numbers")
                .bind("rows", rows)
                .as(Item.class)
                .flux();
    }

    private Mono<Long> insert(Item item) {
        return db.sql("INSERT INTO items VALUES (:id)").bindAll(item).update();
    }

    private void refused(Flux<?> work) {
        StepVerifier.create(work.then())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(OpenStreamException.class)
                        .hasMessageContaining("'SAVEPOINT' was not started")
                        .hasMessageContaining("items.numbers"))
                .verify(LIMIT);
        assertThat(postgres.queryLong("SELECT count(*) FROM items")).isZero();
    }

    @Test
    void attemptEachOverRowsOfItsOwnTransactionIsRefusedAndNothingIsSkipped() {
        refused(tx.attemptEach(items(3), this::insert));
        refused(tx.attemptEach(items(1_000), this::insert));
    }

    @Test
    void attemptBulkOverRowsOfItsOwnTransactionIsRefused() {
        refused(tx.attemptBulk(db.bulk("items", Item.class), items(50_000), AttemptOptions.defaults()));
    }

    @Test
    void aNestedPublisherPerRowIsRefused() {
        refused(tx.run(items(500).concatMap(item -> insert(item).transform(tx.nested()))));
    }

    @Test
    void attemptEachOverCollectedRowsKeepsThem() {
        Flux<Attempt<Item, Long>> attempts = tx.run(
                items(50).collectList().flatMapMany(all -> tx.attemptEach(Flux.fromIterable(all), this::insert)));

        StepVerifier.create(attempts.filter(Attempt::isKept).count())
                .expectNext(50L)
                .expectComplete()
                .verify(LIMIT);
        assertThat(postgres.queryLong("SELECT count(*) FROM items")).isEqualTo(50);
    }

    @Test
    void aSavepointIsUndoneWhereItsBodyLeavesRowsUnread() {
        Mono<Long> body = insert(new Item(1))
                .thenMany(items(10_000))
                .limitRate(10)
                .concatMap(item -> item.id() == 5 ? Mono.error(new IllegalStateException("five")) : Mono.just(item))
                .then()
                .transform(tx.nested())
                .onErrorResume(IllegalStateException.class, error -> Mono.empty())
                .then(insert(new Item(2)));

        StepVerifier.create(tx.run(body)).expectNext(1L).expectComplete().verify(LIMIT);

        assertThat(postgres.queryLong("SELECT sum(id) FROM items")).isEqualTo(2);
    }
}
