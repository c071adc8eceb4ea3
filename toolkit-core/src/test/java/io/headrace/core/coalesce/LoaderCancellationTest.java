package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a cancel does to the others, in each state that its caller may be in. */
@PostgresTest
class LoaderCancellationTest {

    record Product(long id, String name) {}

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestPostgres postgres;
    private final RecordingFactory connections;
    private final Database db;
    private Loader<Long, Product> loader;

    LoaderCancellationTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
    }

    @BeforeAll
    static void createTable(TestPostgres postgres) {
        postgres.execute("CREATE TABLE products (id int8 PRIMARY KEY, name text NOT NULL)");
        postgres.execute("INSERT INTO products SELECT n, 'p' || n FROM generate_series(1, 100) AS n");
    }

    @BeforeEach
    void makeLoader() {
        loader = db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id);
    }

    private void holdFirst() {
        connections.holdStatements();
        loader.load(1L).subscribe();
        RecordingFactory.until(() -> connections.asked().size() == 1);
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    @Test
    void oneThatWaitsIsNotAskedForAndTheOthersAre() {
        holdFirst();
        Disposable two = loader.load(2L).subscribe();
        CompletableFuture<Product> three = loader.load(3L).toFuture();
        two.dispose();

        connections.releaseStatements();

        assertThat(three).succeedsWithin(LIMIT);
        assertThat(connections.asked()).containsExactly(List.of(1L), List.of(3L));
    }

    @Test
    void oneOfTwoWhoWaitForTheSameKeyHarmsNotTheOther() {
        holdFirst();
        Disposable two = loader.load(2L).subscribe();
        CompletableFuture<Product> alsoTwo = loader.load(2L).toFuture();
        two.dispose();

        connections.releaseStatements();

        assertThat(alsoTwo).succeedsWithin(LIMIT).isEqualTo(new Product(2, "p2"));
    }

    @Test
    void aBatchThatAllHaveLeftIsNotSent() {
        holdFirst();
        Disposable waiting =
                Flux.range(2, 50).flatMap(n -> loader.load((long) n), 50).subscribe();
        Disposable call = loader.loadAll(List.of(60L, 61L)).subscribe();
        waiting.dispose();
        call.dispose();

        connections.releaseStatements();
        loader.load(99L).block(LIMIT);

        assertThat(connections.asked()).containsExactly(List.of(1L), List.of(99L));
        assertThat(loader.queues().waitingOutside()).isZero();
    }

    @Test
    void oneInFlightHarmsNotTheOthersOfItsBatch() {
        holdFirst();
        Disposable two = loader.load(2L).subscribe();
        CompletableFuture<Product> three = loader.load(3L).toFuture();
        connections.releaseStatements();
        connections.holdStatements();
        RecordingFactory.until(() -> connections.asked().size() == 2);
        two.dispose();

        connections.releaseStatements();

        assertThat(three).succeedsWithin(LIMIT);
        assertThat(connections.asked().get(1)).containsExactly(2L, 3L);
    }

    @Test
    void aBatchThatAllHaveLeftInFlightIsStoppedOnTheServerAndMakesRoom() {
        Loader<Long, Product> slow = db.loader(
                "SELECT id, name FROM products, pg_sleep(CASE WHEN 7 = ANY(:keys) THEN 60 ELSE 0 END)"
                        + " WHERE id = ANY(:keys)",
                Product.class,
                Product::id);
        Disposable seven = slow.load(7L).subscribe();
        RecordingFactory.until(() -> active() == 1);
        CompletableFuture<Product> next = slow.load(8L).toFuture();

        seven.dispose();

        assertThat(next).succeedsWithin(LIMIT);
        RecordingFactory.until(() -> active() == 0);
    }

    /** Key 7 cannot be mapped, so it is asked again by itself when key 8 has been answered; then it takes a minute. */
    @Test
    void theLastOneOfABatchThatIsAskedInPartsIsStoppedToo() {
        Loader<Long, Product> slow = db.loader(
                "SELECT id, nullif(name, 'p7') AS name FROM products,"
                        + " pg_sleep(CASE WHEN 7 = ANY(:keys) AND cardinality(:keys) = 1 THEN 60 ELSE 0 END)"
                        + " WHERE id = ANY(:keys)",
                Product.class,
                Product::id);
        connections.holdStatements();
        slow.load(1L).subscribe();
        Disposable seven = slow.load(7L).subscribe();
        CompletableFuture<Product> eight = slow.load(8L).toFuture();
        connections.releaseStatements();
        assertThat(eight).succeedsWithin(LIMIT);
        RecordingFactory.until(() -> active() == 1);
        CompletableFuture<Product> next = slow.load(9L).toFuture();

        seven.dispose();

        assertThat(next).succeedsWithin(LIMIT);
        assertThat(connections.asked()).contains(List.of(7L, 8L), List.of(7L));
    }

    @Test
    void oneOfABatchThatWaitsForItsConnectionLeavesItToTheOthers() {
        connections.holdConnections();
        Disposable one = loader.load(1L).subscribe();
        CompletableFuture<Product> two = loader.load(2L).toFuture();
        one.dispose();
        connections.releaseConnections();

        assertThat(two).succeedsWithin(LIMIT);
        assertThat(connections.asked()).containsExactly(List.of(2L));
    }

    @Test
    void takingNothingAsksForNothing() {
        Mono.from(loader.load(1L)).take(Duration.ZERO).block(LIMIT);
        loader.load(1L).timeout(Mono.empty(), Mono.empty()).block(LIMIT);

        assertThat(loader.load(2L).block(LIMIT)).isNotNull();
    }

    private long active() {
        return postgres.backends().stream()
                .filter(backend -> backend.state().equals("active"))
                .count();
    }
}
