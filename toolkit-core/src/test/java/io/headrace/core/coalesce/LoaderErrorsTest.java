package io.headrace.core.coalesce;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.BatchException;
import io.headrace.core.error.MappingException;
import io.headrace.core.error.RowCountException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** One wrong key fails its own callers, whatever company it is in; a wrong statement fails everyone. */
@PostgresTest
class LoaderErrorsTest {

    record Product(long id, String name) {}

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final RecordingFactory connections;
    private final Database db;

    LoaderErrorsTest(TestPostgres postgres) {
        this.connections = new RecordingFactory(postgres.connectionFactory());
        this.db = Database.on(connections);
    }

    @BeforeAll
    static void createTable(TestPostgres postgres) {
        postgres.execute("CREATE TABLE products (id int8, name text)");
        postgres.execute("INSERT INTO products SELECT n, nullif('p' || n, 'p50') FROM generate_series(1, 100) AS n");
    }

    /** The outcome of each key of 1 to 120, asked so that all but the first are in one batch. */
    private <V> List<Signal<V>> loadAll(Loader<Long, V> loader) {
        connections.holdStatements();
        List<Mono<Signal<V>>> loads = LongStream.rangeClosed(0, 120)
                .mapToObj(key -> loader.load(key).materialize().toFuture())
                .map(Mono::fromFuture)
                .toList();
        RecordingFactory.until(() -> connections.asked().size() == 1);
        connections.releaseStatements();
        return Flux.concat(loads).collectList().block(LIMIT);
    }

    private void onlyKeyFails(
            Loader<Long, Product> loader, int wrong, Function<Throwable, Object> check, Object expected) {
        List<Signal<Product>> outcomes = loadAll(loader);

        for (int key = 1; key <= 120; key++) {
            Signal<Product> outcome = outcomes.get(key);
            if (key == wrong) {
                assertThat(check.apply(outcome.getThrowable())).isEqualTo(expected);
            } else {
                assertThat(outcome.getThrowable()).as("key %d", key).isNull();
                assertThat(outcome.hasValue()).as("key %d", key).isEqualTo(key <= 100);
            }
        }
    }

    @AfterEach
    void closeConnections() {
        connections.close();
    }

    @Test
    void aRowThatCannotBeMappedFailsTheCallerOfItsKeyAlone() {
        onlyKeyFails(
                db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id),
                50,
                error -> error.getCause().getClass(),
                MappingException.class);
        assertThat(connections.asked()).hasSizeLessThan(20);
    }

    @Test
    void aKeyFunctionThatFailsFailsTheCallerOfItsKeyAlone() {
        record Named(long id, @Nullable String name) {}
        Loader<Long, Named> loader =
                db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Named.class, (Named named) -> {
                    if (named.name() == null) {
                        throw new IllegalStateException("no name");
                    }
                    return named.id();
                });

        List<Signal<Named>> outcomes = loadAll(loader);

        assertThat(outcomes.stream().filter(Signal::isOnError)).hasSize(1);
        assertThat(outcomes.get(50).getThrowable()).hasRootCauseMessage("no name");
    }

    @Test
    void aRowThatNobodyAskedForIsAnErrorOfTheKeyThatBringsIt() {
        onlyKeyFails(
                db.loader(
                        "SELECT CASE id WHEN 60 THEN -60 ELSE id END AS id, coalesce(name, 'p50') AS name"
                                + " FROM products WHERE id = ANY(:keys)",
                        Product.class,
                        Product::id),
                60,
                error -> error.getCause().getMessage().contains("not asked for"),
                true);
    }

    @Test
    void aSecondRowForAKeyIsAnErrorOfThatKey() {
        onlyKeyFails(
                db.loader(
                        "SELECT id, 'p' AS name FROM products WHERE id = ANY(:keys)"
                                + " UNION ALL SELECT id, 'q' FROM products WHERE id = 70 AND id = ANY(:keys)",
                        Product.class,
                        Product::id),
                70,
                Object::getClass,
                RowCountException.class);
    }

    @Test
    void aKeyWhoseDataTheDatabaseRefusesFailsItsCallerAlone() {
        onlyKeyFails(
                db.loader(
                        "SELECT id, 'p' || 1 / (id - 80) AS name FROM products WHERE id = ANY(:keys)",
                        Product.class,
                        Product::id),
                80,
                SqlErrors::kindOf,
                SqlErrorKind.DATA);
    }

    @Test
    void aListWithAWrongRowFailsItsCallerAlone() {
        Loader<Long, List<Product>> loader =
                db.loaderOfMany("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id);

        List<Signal<List<Product>>> outcomes = loadAll(loader);

        assertThat(outcomes.stream().filter(Signal::isOnError)).hasSize(1);
        assertThat(outcomes.get(50).getThrowable()).hasCauseInstanceOf(MappingException.class);
        assertThat(outcomes.get(51).get()).hasSize(1);
        assertThat(outcomes.get(120).get()).isEmpty();
    }

    @Test
    void aStatementThatFailsFailsAllItsCallersEachWithAnErrorOfItsOwn() {
        Loader<Long, Product> loader =
                db.loader("SELECT * FROM no_such_table WHERE id = ANY(:keys)", Product.class, Product::id);

        List<Signal<Product>> outcomes = loadAll(loader);

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome.getThrowable())
                .isInstanceOf(BatchException.class)
                .hasMessageContaining("no_such_table")
                .hasNoSuppressedExceptions()
                .satisfies(error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.SYNTAX)));
        assertThat(outcomes.stream().map(Signal::getThrowable).distinct()).hasSize(121);
        assertThat(connections.asked()).hasSize(2);
    }

    @Test
    void aLoaderGoesOnAfterAFailedBatch(TestPostgres postgres) {
        Loader<Long, Product> loader =
                db.loader("SELECT * FROM late WHERE id = ANY(:keys)", Product.class, Product::id);
        assertThat(loader.load(1L).materialize().block(LIMIT).isOnError()).isTrue();
        postgres.execute("CREATE TABLE late AS SELECT 1::int8 AS id, 'late' AS name");

        assertThat(loader.load(1L).block(LIMIT)).isEqualTo(new Product(1, "late"));
    }

    @Test
    void theFirstErrorEndsACallForManyKeys() {
        Loader<Long, Product> loader =
                db.loader("SELECT * FROM products WHERE id = ANY(:keys)", Product.class, Product::id);

        Signal<?> outcome = loader.loadAll(List.of(1L, 50L, 2L)).materialize().block(LIMIT);

        assertThat(outcome.getThrowable()).hasCauseInstanceOf(MappingException.class);
        assertThat(loader.loadAll(List.of(1L, 2L)).block(LIMIT)).hasSize(2);
    }
}
