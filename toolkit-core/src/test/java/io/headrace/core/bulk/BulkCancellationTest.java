package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A cancel at each point of a bulk ends its transaction, stops the server and leaves nothing. */
@PostgresTest
class BulkCancellationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    record Item(long id, String name) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Bulk<Item> bulk;

    BulkCancellationTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.bulk = db.bulk("items", Item.class);
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items; CREATE TABLE items (id int8 PRIMARY KEY, name text)");
    }

    private static Flux<Item> items(int count) {
        return Flux.range(1, count).map(n -> new Item(n, "n"));
    }

    private void await(Supplier<Boolean> condition) {
        Boolean met = Mono.fromSupplier(condition)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(Boolean::booleanValue)
                .repeatWhenEmpty(1_000, retries -> retries.delayElements(Duration.ofMillis(10)))
                .block(PATIENCE);
        assertThat(met).isTrue();
    }

    private void awaitWaitingServer() {
        await(() -> postgres.queryLong("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event_type = 'Lock'")
                == 1);
    }

    private void assertNothingIsLeft() {
        await(() -> postgres.openTransactions().isEmpty());
        assertThat(postgres.queryLong("SELECT count(*) FROM items WHERE name = 'n'"))
                .isZero();
        assertThat(postgres.queryLong("SELECT count(*) FROM pg_class WHERE relname LIKE 'headrace_stage%'"))
                .isZero();
    }

    private void cancelWhenSourceIsAskedFor(int rowsBefore, Function<Publisher<Item>, Publisher<?>> write) {
        Sinks.Empty<Void> waiting = Sinks.empty();
        Flux<Item> source =
                items(rowsBefore).concatWith(Flux.<Item>never().doOnSubscribe(subscription -> waiting.tryEmitEmpty()));
        Disposable running = Flux.from(write.apply(source)).subscribe();
        waiting.asMono().block(PATIENCE);
        running.dispose();
        assertNothingIsLeft();
    }

    /** Another transaction holds a lock that the bulk runs into; then it is cancelled while the server waits. */
    private void cancelWhileTheServerWaits(String lock, Publisher<?> write) {
        TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .mono((Session session) -> db.sql(lock)
                        .run()
                        .then(Mono.fromRunnable(() -> {
                                    Disposable running = Flux.from(write).subscribe();
                                    awaitWaitingServer();
                                    running.dispose();
                                    await(() -> postgres.openTransactions().size() == 1);
                                })
                                .subscribeOn(Schedulers.boundedElastic())))
                .block(PATIENCE);
        assertNothingIsLeft();
    }

    @Test
    void beforeTheFirstRow() {
        cancelWhenSourceIsAskedFor(0, bulk::insert);
        cancelWhenSourceIsAskedFor(0, rows -> bulk.upsert(rows, "id"));
        cancelWhenSourceIsAskedFor(0, rows -> bulk.insertReturning(rows, Long.class, "id"));
        cancelWhenSourceIsAskedFor(0, bulk.committingEvery(10)::insert);
    }

    @Test
    void inTheMiddleOfAChunk() {
        cancelWhenSourceIsAskedFor(15_000, bulk::insert);
        cancelWhenSourceIsAskedFor(1_500, rows -> bulk.insertReturning(rows, Long.class, "id"));
    }

    @Test
    void whileRowsAreStaged() {
        cancelWhenSourceIsAskedFor(100, rows -> bulk.upsert(rows, "id"));
        cancelWhenSourceIsAskedFor(15_000, rows -> bulk.upsert(rows, "id"));
    }

    @Test
    void whileTheServerTakesAChunk() {
        String lock = "LOCK TABLE items IN ACCESS EXCLUSIVE MODE";
        cancelWhileTheServerWaits(lock, bulk.insert(items(50_000)));
        cancelWhileTheServerWaits(lock, bulk.insertReturning(items(5_000), Long.class, "id"));
        cancelWhileTheServerWaits(lock, bulk.committingEvery(1_000).insert(items(5_000)));
        cancelWhileTheServerWaits(lock, bulk.insertAll(items(100).collectList().block()));
    }

    @Test
    void whileStagedRowsAreMerged() {
        postgres.execute("INSERT INTO items VALUES (500, 'old')");
        String lock = "UPDATE items SET name = 'locked' WHERE id = 500";
        cancelWhileTheServerWaits(lock, bulk.upsert(items(20_000), "id"));
        cancelWhileTheServerWaits(lock, bulk.upsert(items(600).filter(item -> item.id() > 400), "id"));
    }

    @Test
    void committedChunksStay() {
        Sinks.Empty<Void> waiting = Sinks.empty();
        Flux<Item> source =
                items(2_500).concatWith(Flux.<Item>never().doOnSubscribe(subscription -> waiting.tryEmitEmpty()));
        Disposable running = bulk.committingEvery(1_000).insert(source).subscribe();
        waiting.asMono().block(PATIENCE);
        await(() -> postgres.queryLong("SELECT count(*) FROM items") == 2_000);
        running.dispose();

        await(() -> postgres.openTransactions().isEmpty());
        assertThat(postgres.queryLong("SELECT count(*) FROM items")).isEqualTo(2_000);
    }
}
