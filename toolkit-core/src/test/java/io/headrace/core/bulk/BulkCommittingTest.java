package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.core.error.UnsupportedFeatureException;
import io.headrace.test.FaultProxy;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A bulk that commits chunk by chunk says what it has committed. */
@PostgresTest
class BulkCommittingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    record Item(long id, String name) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Bulk<Item> bulk;

    BulkCommittingTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.bulk = db.bulk("items", Item.class).committingEvery(1_000);
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int8 PRIMARY KEY, name text)");
    }

    private static Flux<Item> items(int count) {
        return Flux.range(1, count).map(n -> new Item(n, "n"));
    }

    private long count() {
        return postgres.queryLong("SELECT count(*) FROM items");
    }

    private void assertFailsAfter(long committed, Flux<Item> rows, SqlErrorKind kind) {
        assertFailsAfter(committed, bulk, rows, kind);
    }

    private void assertFailsAfter(long committed, Bulk<Item> bulk, Flux<Item> rows, SqlErrorKind kind) {
        StepVerifier.create(bulk.insert(rows))
                .expectErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(BulkException.class)
                            .hasMessageContainingAll("'items'", committed + " rows were committed");
                    assertThat(((BulkException) error).committedRows()).isEqualTo(committed);
                    assertThat(SqlErrors.kindOf(error)).isEqualTo(kind);
                })
                .verify(PATIENCE);
        assertThat(count()).isEqualTo(committed);
    }

    @Test
    void allRowsArriveInSoManyTransactions() {
        StepVerifier.create(bulk.insert(items(2_500)))
                .assertNext(result -> {
                    assertThat(result.rows()).isEqualTo(2_500);
                    assertThat(result.chunks()).isEqualTo(3);
                })
                .expectComplete()
                .verify(PATIENCE);

        assertThat(postgres.queryLong("SELECT count(DISTINCT xmin::text) FROM items"))
                .isEqualTo(3);
    }

    @Test
    void whatWasCommittedBeforeARefusedRowStays() {
        assertFailsAfter(2_000, items(2_500).concatWith(items(1)), SqlErrorKind.UNIQUE_VIOLATION);
    }

    @Test
    void whatWasCommittedBeforeAFailingSourceStays() {
        assertFailsAfter(1_000, items(1_500).concatWith(failsBehindTheFirstCommit()), SqlErrorKind.OTHER);
    }

    /** Looks at the server by a line of its own. */
    private Mono<Item> failsBehindTheFirstCommit() {
        return Mono.<Item>error(new IllegalStateException("source"))
                .delaySubscription(Mono.fromSupplier(this::count)
                        .subscribeOn(Schedulers.boundedElastic())
                        .filter(committed -> committed == 1_000)
                        .repeatWhenEmpty(1_000, retries -> retries.delayElements(Duration.ofMillis(10))));
    }

    @Test
    void aSourceThatFailsWhileTheAnswerToACommitIsOnItsWayWaitsForIt() {
        try (FaultProxy proxy = FaultProxy.to(postgres.host(), postgres.port())) {
            proxy.delay(Duration.ofMillis(150));
            Bulk<Item> slow = Database.on(ConnectionFactories.get(postgres.urlThrough(proxy)))
                    .bulk("items", Item.class)
                    .committingEvery(1_000);

            assertFailsAfter(1_000, slow, items(1_000).concatWith(failsBehindTheFirstCommit()), SqlErrorKind.OTHER);
        }
    }

    @Test
    void chunksThatWereFullBeforeTheSourceFailedAreCommitted() {
        assertFailsAfter(
                2_000, items(2_500).concatWith(Mono.error(new IllegalStateException("source"))), SqlErrorKind.OTHER);
    }

    @Test
    void aRowThatCannotBeEncodedIsNamedByItsPlaceInTheWhole() {
        StepVerifier.create(bulk.insert(items(1_200).concatWithValues(new Item(0, "\0"))))
                .expectErrorSatisfies(error -> assertThat(error.getCause())
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("row 1201", "items.name"))
                .verify(PATIENCE);
    }

    @Test
    void aTransactionCannotBeCommittedInPieces() {
        StepVerifier.create(TransactionScope.of(db.sessions(), TransactionMode.defaults())
                        .mono(session -> bulk.insert(items(1))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("'items'", "1000", "committingEvery"))
                .verify(PATIENCE);
        StepVerifier.create(bulk.upsert(items(1), "id"))
                .expectError(UnsupportedFeatureException.class)
                .verify(PATIENCE);
        assertThatThrownBy(() -> bulk.committingEvery(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTableThatIsAlteredMeanwhileIsNotWrittenToByItsOldTypes() {
        Flux<Item> altering = items(1_000)
                .concatWith(Mono.fromRunnable(() -> postgres.execute("ALTER TABLE items ALTER id TYPE float8"))
                        .subscribeOn(Schedulers.boundedElastic())
                        .delaySubscription(Mono.fromSupplier(this::count)
                                .subscribeOn(Schedulers.boundedElastic())
                                .filter(committed -> committed == 1_000)
                                .repeatWhenEmpty(1_000, retries -> retries.delayElements(Duration.ofMillis(10))))
                        .thenMany(items(2_000).skip(1_000)));

        StepVerifier.create(bulk.insert(altering))
                .expectErrorSatisfies(
                        error -> assertThat(error.getCause()).hasMessageContainingAll("'items'", "changed"))
                .verify(PATIENCE);
        assertThat(count()).isEqualTo(1_000);
    }
}
