package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Loads inside a transaction and outside of it never share a statement. */
@PostgresTest
class LoaderTransactionTest {

    record Product(long id, String name) {}

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestPostgres postgres;
    private final RecordingFactory connections;
    private final Database db;
    private final Loader<Long, Product> loader;

    LoaderTransactionTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
        this.loader = db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id);
    }

    @BeforeEach
    void createTable() {
        postgres.execute("DROP TABLE IF EXISTS products");
        postgres.execute("CREATE TABLE products (id int8 PRIMARY KEY, name text NOT NULL)");
        postgres.execute("INSERT INTO products SELECT n, 'committed' FROM generate_series(1, 100) AS n");
    }

    private <T> Mono<T> transaction(Mono<T> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(session -> body);
    }

    private Mono<Long> rename(String name) {
        return db.sql("UPDATE products SET name = :name WHERE id <= 10")
                .bind("name", name)
                .update();
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    @Test
    void aLoadInsideSeesWhatItsTransactionHasWrittenAndOneOutsideDoesNot() {
        Mono<Product> outside = Mono.fromFuture(() -> loader.load(1L).toFuture());

        transaction(rename("mine").then(Mono.zip(loader.load(1L), outside, loader.load(2L))))
                .as(StepVerifier::create)
                .assertNext(seen -> {
                    assertThat(seen.getT1().name()).isEqualTo("mine");
                    assertThat(seen.getT2().name()).isEqualTo("committed");
                    assertThat(seen.getT3().name()).isEqualTo("mine");
                })
                .expectComplete()
                .verify(LIMIT);
    }

    /** Ten transactions at a time, each with a name of its own, beside loads of the same keys outside. */
    @Test
    void interleavedAtRandomTheyNeverMix() {
        Mono<Void> rollback = Mono.error(new IllegalStateException("rolled back on purpose"));
        Flux<String> inside = Flux.range(0, 100)
                .flatMap(
                        n -> {
                            long own = 1_000 + n;
                            Mono<Long> insert = db.sql("INSERT INTO products VALUES (:id, :name)")
                                    .bind("id", own)
                                    .bind("name", "t" + n)
                                    .update();
                            Mono<Map<Long, Product>> seen = Flux.range(0, 20)
                                    .flatMap(
                                            i -> loader.load(1_000L
                                                    + ThreadLocalRandom.current()
                                                            .nextInt(100)),
                                            20)
                                    .mergeWith(loader.load(own))
                                    .collectMap(Product::id, product -> product);
                            return transaction(insert.then(seen)
                                            .doOnNext(products -> assertThat(products)
                                                    .isEqualTo(Map.of(own, new Product(own, "t" + n))))
                                            .then(rollback))
                                    .onErrorResume(IllegalStateException.class, error -> Mono.empty())
                                    .thenReturn("inside");
                        },
                        10);
        Flux<String> outside = Flux.range(0, 10_000)
                .flatMap(
                        n -> loader.load(1_000L + n % 100)
                                .<String>map(product -> {
                                    throw new AssertionError("seen outside: " + product);
                                })
                                .defaultIfEmpty("outside"),
                        20);

        Flux.merge(inside, outside)
                .count()
                .as(StepVerifier::create)
                .expectNext(10_100L)
                .expectComplete()
                .verify(LIMIT);
        assertThat(loader.queues().transactions()).isZero();
    }

    @Test
    void theLoadsOfATransactionShareStatementsToo() {
        transaction(loader.load(1L)
                        .then(Flux.fromStream(
                                        () -> LongStream.rangeClosed(1, 100).boxed())
                                .flatMap(loader::load, 100)
                                .count()))
                .as(StepVerifier::create)
                .expectNext(100L)
                .expectComplete()
                .verify(LIMIT);

        assertThat(connections.asked()).hasSize(2);
        assertThat(connections.connects()).isEqualTo(1);
    }

    @Test
    void theQueueOfATransactionIsGoneWhenItIsIdle() {
        transaction(loader.load(1L).then(Mono.fromSupplier(() -> loader.queues().transactions())))
                .block(LIMIT);

        assertThat(loader.queues().transactions()).isZero();
    }

    @Test
    void aCancelInsideLeavesTheTransactionUsable() {
        transaction(loader.load(1L)
                        .timeout(Duration.ofNanos(1))
                        .onErrorComplete()
                        .then(rename("kept"))
                        .then(loader.load(2L)))
                .as(StepVerifier::create)
                .expectNext(new Product(2, "kept"))
                .expectComplete()
                .verify(LIMIT);

        assertThat(postgres.queryLong("SELECT count(*) FROM products WHERE name = 'kept'"))
                .isEqualTo(10);
    }

    @Test
    void aStatementThatFailsInsideIsNotSentInPieces() {
        Loader<Long, Product> dividing = db.loader(
                "SELECT id, 'p' || 1 / (id - 3) AS name FROM products WHERE id = ANY(:keys)",
                Product.class,
                Product::id);

        StepVerifier.create(transaction(
                        dividing.loadAll(LongStream.rangeClosed(1, 10).boxed().toList())))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.DATA))
                .verify(LIMIT);

        assertThat(connections.asked()).hasSize(1);
    }
}
