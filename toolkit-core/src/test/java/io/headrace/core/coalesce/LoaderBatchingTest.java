package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.error.ParameterException;
import io.headrace.core.error.TooManyWaitingException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@PostgresTest
class LoaderBatchingTest {

    record Product(long id, String name) {}

    record Line(long order, long product) {}

    enum Size {
        SMALL,
        LARGE {
            @Override
            public String toString() {
                return "a constant with a class of its own";
            }
        }
    }

    record Box(Size size, UUID code) {}

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String BY_ID = "SELECT * FROM products WHERE id = ANY(:keys)";

    private final RecordingFactory connections;
    private final Database db;

    LoaderBatchingTest(TestPostgres postgres) {
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
    }

    @BeforeAll
    static void createTables(TestPostgres postgres) {
        postgres.execute("CREATE TABLE products (id int8 PRIMARY KEY, name text NOT NULL)");
        postgres.execute("INSERT INTO products SELECT n, 'p' || n FROM generate_series(1, 1000) AS n");
        postgres.execute("CREATE TABLE lines (\"order\" int8, product int8)");
        postgres.execute("INSERT INTO lines VALUES (1, 10), (1, 11), (2, 20)");
        postgres.execute("CREATE TABLE boxes (size text, code uuid)");
        postgres.execute("INSERT INTO boxes VALUES ('SMALL', '00000000-0000-0000-0000-000000000001'),"
                + " ('LARGE', '00000000-0000-0000-0000-000000000002')");
    }

    private Loader<Long, Product> loader(LoaderConfig config) {
        return db.loader(db.sql(BY_ID), Product.class, Product::id, config);
    }

    private Loader<Long, Product> loader() {
        return loader(LoaderConfig.defaults());
    }

    private static List<CompletableFuture<Product>> loadEach(Loader<Long, Product> loader, long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(key -> loader.load(key).toFuture())
                .toList();
    }

    private static List<Product> joined(List<CompletableFuture<Product>> loads) {
        return Flux.fromIterable(loads)
                .concatMap(Mono::fromFuture)
                .collectList()
                .block(LIMIT);
    }

    private List<Integer> sizes() {
        return connections.asked().stream().map(List::size).toList();
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    @Test
    void anIdleLoaderAsksAtOnceAndAlone() {
        Loader<Long, Product> loader = loader();

        assertThat(loader.load(1L).block(LIMIT)).isEqualTo(new Product(1, "p1"));
        assertThat(loader.load(2L).block(LIMIT)).isEqualTo(new Product(2, "p2"));

        assertThat(connections.asked()).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void keysThatComeWhileABatchIsInFlightAreAskedTogetherByTheNextOne() {
        Loader<Long, Product> loader = loader();
        connections.holdStatements();
        List<CompletableFuture<Product>> loads = loadEach(loader, 1, 256);
        RecordingFactory.until(() -> connections.asked().size() == 1);

        connections.releaseStatements();

        assertThat(joined(loads))
                .extracting(Product::name)
                .startsWith("p1", "p2")
                .endsWith("p256")
                .hasSize(256);
        assertThat(sizes()).containsExactly(1, 255);
    }

    @Test
    void manyConcurrentCallersNeedFewStatements() {
        Loader<Long, Product> loader = loader();

        Flux.range(1, 10_000)
                .flatMap(n -> loader.load(1L + n % 1_000).map(product -> product.id() == 1 + n % 1_000), 256)
                .as(StepVerifier::create)
                .thenConsumeWhile(right -> right)
                .expectComplete()
                .verify(LIMIT);

        assertThat(connections.asked()).hasSizeLessThan(200);
    }

    @Test
    void noStatementAsksForMoreKeysThanTheBatchSize() {
        Loader<Long, Product> loader = loader(LoaderConfig.defaults().withBatchSize(4));
        connections.holdStatements();
        List<CompletableFuture<Product>> loads = loadEach(loader, 1, 10);

        connections.releaseStatements();

        assertThat(joined(loads)).hasSize(10);
        assertThat(sizes()).containsExactly(1, 4, 4, 1);
    }

    @Test
    void asManyBatchesAreInFlightAsTheConcurrencySays() {
        Loader<Long, Product> loader = loader(LoaderConfig.defaults().withConcurrency(2));
        connections.holdStatements();
        List<CompletableFuture<Product>> loads = loadEach(loader, 1, 5);
        RecordingFactory.until(() -> connections.asked().size() == 2);

        connections.releaseStatements();

        assertThat(joined(loads)).hasSize(5);
        assertThat(connections.asked().get(2)).containsExactly(3L, 4L, 5L);
    }

    @Test
    void aKeyOfSeveralCallersIsAskedOnce() {
        Loader<Long, Product> loader = loader();
        connections.holdStatements();
        CompletableFuture<Product> first = loader.load(1L).toFuture();
        List<CompletableFuture<Product>> same = List.of(
                loader.load(7L).toFuture(),
                loader.load(8L).toFuture(),
                loader.load(7L).toFuture(),
                loader.load(7L).toFuture());

        connections.releaseStatements();

        assertThat(first).succeedsWithin(LIMIT);
        assertThat(joined(same)).extracting(Product::id).containsExactly(7L, 8L, 7L, 7L);
        assertThat(connections.asked()).containsExactly(List.of(1L), List.of(7L, 8L));
    }

    @Test
    void aKeyThatIsInFlightIsAskedAgainForThoseWhoComeLater(TestPostgres postgres) {
        postgres.execute("INSERT INTO products VALUES (5000, 'old')");
        Loader<Long, Product> loader = db.loader(
                "SELECT id, name || pg_sleep(0.3) AS name FROM products WHERE id = ANY(:keys)",
                Product.class,
                Product::id);
        CompletableFuture<Product> before = loader.load(5_000L).toFuture();
        // Asleep it has its snapshot; what is merely active may still be planning.
        RecordingFactory.until(
                () -> postgres.queryLong("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1);

        postgres.execute("UPDATE products SET name = 'new' WHERE id = 5000");
        Product after = loader.load(5_000L).block(LIMIT);
        postgres.execute("DELETE FROM products WHERE id = 5000");

        assertThat(after).isEqualTo(new Product(5_000, "new"));
        assertThat(before.join()).isEqualTo(new Product(5_000, "old"));
    }

    @Test
    void aKeyWithoutRowIsEmpty() {
        StepVerifier.create(loader().load(-1L)).expectComplete().verify(LIMIT);
    }

    @Test
    void subscribingAgainAsksAgain() {
        Mono<Product> load = loader().load(3L);
        assertThat(connections.connects()).isZero();

        load.then(load).block(LIMIT);

        assertThat(sizes()).containsExactly(1, 1);
    }

    @Test
    void anAnswerWaitsForItsDemand() {
        StepVerifier.create(loader().load(3L), 0)
                .expectSubscription()
                .then(() -> RecordingFactory.until(() -> connections.asked().size() == 1))
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1)
                .expectNext(new Product(3, "p3"))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void allKeysOfACallGoTogetherAndComeInItsOrder() {
        Map<Long, Product> all = loader().loadAll(List.of(9L, -1L, 3L, 9L, 4L)).block(LIMIT);

        assertThat(all.keySet()).containsExactly(9L, 3L, 4L);
        assertThat(all.get(4L)).isEqualTo(new Product(4, "p4"));
        assertThat(connections.asked()).containsExactly(List.of(9L, -1L, 3L, 4L));
    }

    @Test
    void aCallMayAskForMoreKeysThanABatchHolds() {
        Loader<Long, Product> loader =
                loader(LoaderConfig.defaults().withBatchSize(100).withConcurrency(3));
        List<Long> keys = LongStream.rangeClosed(1, 950).boxed().toList();

        assertThat(loader.loadAll(keys).block(LIMIT).keySet()).containsExactlyElementsOf(keys);

        assertThat(sizes()).hasSize(10);
    }

    @Test
    void noKeysNeedNoStatement() {
        StepVerifier.create(loader().loadAll(List.of())).expectNext(Map.of()).verifyComplete();

        assertThat(connections.connects()).isZero();
    }

    @Test
    void aLoaderOfManyAnswersListsAlsoEmptyOnes() {
        Loader<Long, List<Line>> lines = db.loaderOfMany(
                "SELECT * FROM lines WHERE \"order\" = ANY(:keys) ORDER BY product", Line.class, Line::order);

        Map<Long, List<Line>> all = lines.loadAll(List.of(1L, 2L, 3L)).block(LIMIT);

        assertThat(all)
                .containsExactly(
                        Map.entry(1L, List.of(new Line(1, 10), new Line(1, 11))),
                        Map.entry(2L, List.of(new Line(2, 20))),
                        Map.entry(3L, List.of()));
    }

    @Test
    void keysMayBeEnumsAndUuids() {
        Loader<Size, Box> bySize = db.loader("SELECT * FROM boxes WHERE size = ANY(:keys)", Box.class, Box::size);
        Loader<UUID, Box> byCode = db.loader("SELECT * FROM boxes WHERE code = ANY(:keys)", Box.class, Box::code);

        assertThat(bySize.loadAll(List.of(Size.LARGE, Size.SMALL)).block(LIMIT)).hasSize(2);
        assertThat(byCode.load(new UUID(0, 2)).block(LIMIT).size()).isEqualTo(Size.LARGE);
    }

    @Test
    void otherParametersAreBoundBeforehand() {
        Loader<Long, Product> loader = db.loader(
                db.sql("SELECT * FROM products WHERE id = ANY(:keys) AND name <> :name")
                        .bind("name", "p2"),
                Product.class,
                Product::id,
                LoaderConfig.defaults());

        assertThat(loader.loadAll(List.of(1L, 2L, 3L)).block(LIMIT)).containsOnlyKeys(1L, 3L);
    }

    @Test
    void aStatementThatDoesNotFitIsRefusedWhenTheLoaderIsMade() {
        assertThatThrownBy(() -> db.loader("SELECT * FROM products WHERE id = :id", Product.class, Product::id))
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll("no parameter :keys", "[id]");
        assertThatThrownBy(() -> db.loader(
                        "SELECT * FROM products WHERE id = ANY(:keys) AND name = :name", Product.class, Product::id))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(":name at position");
        assertThat(connections.connects()).isZero();
    }

    @Test
    void whoFindsNoRoomIsToldTheNumbersAndTheOthersAreServed() {
        Loader<Long, Product> loader =
                loader(LoaderConfig.defaults().withBatchSize(2).withMaxWaiting(3));
        connections.holdStatements();
        List<CompletableFuture<Product>> loads = new ArrayList<>(loadEach(loader, 1, 4));

        StepVerifier.create(loader.load(5L)).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(TooManyWaitingException.class)
                .hasMessageContainingAll("no room for 1 more", "3 of at most 3", "batches of up to 2", BY_ID));
        StepVerifier.create(loader.loadAll(List.of(6L, 7L))).verifyError(TooManyWaitingException.class);
        connections.releaseStatements();

        assertThat(joined(loads)).hasSize(4);
        assertThat(loader.load(5L).block(LIMIT)).isNotNull();
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> LoaderConfig.defaults().withBatchSize(0))
                .hasMessage("batchSize must be between 1 and 10000, was 0");
        assertThatThrownBy(() -> LoaderConfig.defaults().withConcurrency(257)).hasMessageContaining("256");
        assertThatThrownBy(() -> WriterConfig.defaults().withMaxWaiting(0)).hasMessageContaining("maxWaiting");
    }
}
