package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows that may be there already, few (one statement) and many (a temporary table). */
@PostgresTest
class UpsertTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    record Item(long id, String name) {}

    record Key(long id) {}

    private final TestPostgres postgres;
    private final Database db;
    private final Bulk<Item> bulk;

    UpsertTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        this.bulk = db.bulk("items", Item.class);
    }

    @BeforeEach
    void createItems() {
        postgres.execute("DROP TABLE IF EXISTS items");
        postgres.execute("CREATE TABLE items (id int8 PRIMARY KEY, name varchar(10), made timestamptz DEFAULT now())");
    }

    private static Flux<Item> items(int from, int count, String name) {
        return Flux.range(from, count).map(n -> new Item(n, name));
    }

    private long count(String condition) {
        return postgres.queryLong("SELECT count(*) FROM items WHERE " + condition);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 999, 1_000, 1_001, 2_000, 12_000})
    void newRowsAreInsertedAndOthersUpdatedAndBothAreCounted(int rows) {
        bulk.insert(items(1, rows / 2, "old")).block(PATIENCE);

        UpsertResult result = bulk.upsert(items(1, rows, "new"), "id").block(PATIENCE);

        assertThat(result).isEqualTo(new UpsertResult(rows, rows, OptionalLong.of(rows - rows / 2)));
        assertThat(result.updated()).hasValue(rows / 2);
        assertThat(count("name = 'new' AND made IS NOT NULL")).isEqualTo(rows);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 2_000})
    void insertMissingLeavesRowsAloneThatAreThere(int rows) {
        bulk.insert(items(1, rows / 2, "old")).block(PATIENCE);
        Flux<Item> twice = items(1, rows, "new").concatWith(items(1, rows, "again"));

        UpsertResult result = bulk.insertMissing(twice, "id").block(PATIENCE);

        assertThat(result).isEqualTo(new UpsertResult(2L * rows, rows / 2, OptionalLong.of(rows / 2)));
        assertThat(count("name = 'old'")).isEqualTo(rows / 2);
        assertThat(count("name = 'new'")).isEqualTo(rows / 2);
    }

    @Test
    void noRowsAreAnUpsertOfNone() {
        StepVerifier.create(bulk.upsert(Flux.empty(), "id"))
                .expectNext(UpsertResult.NONE)
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_500})
    void aRowThatIsGivenTwiceIsAClearErrorAndNothingIsKept(int rows) {
        StepVerifier.create(bulk.upsert(items(1, rows, "a").concatWith(items(1, 1, "b")), "id"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("same values", "[id]"));

        assertThat(count("true")).isZero();
    }

    @Test
    void severalUpsertsInOneTransactionDoNotMeet() {
        Mono<Long> both = TransactionScope.of(db.sessions(), TransactionMode.defaults())
                .mono(session -> bulk.upsert(items(1, 1_600, "a"), "id")
                        .zipWith(bulk.upsert(items(301, 1_600, "b"), "id"))
                        .then(bulk.upsert(items(301, 1_600, "c"), "id"))
                        .then(db.sql("SELECT count(*) FROM pg_class WHERE relname LIKE 'headrace_stage%'")
                                .as(Long.class)
                                .one()));

        assertThat(both.block(PATIENCE)).isZero();
        assertThat(count("name = 'a'")).isEqualTo(300);
        assertThat(count("name = 'c'")).isEqualTo(1_600);
    }

    @Test
    void anErrorLeavesNothingBehind() {
        StepVerifier.create(bulk.upsert(items(1, 5_000, "much too long a name"), "id"))
                .verifyErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.DATA));

        assertThat(count("true")).isZero();
        assertThat(postgres.queryLong("SELECT count(*) FROM pg_class WHERE relname LIKE 'headrace_stage%'"))
                .isZero();
    }

    @Test
    void aShortStringIsNotCutBehindItsLimit() {
        StepVerifier.create(bulk.upsert(items(1, 1, "much too long a name"), "id"))
                .verifyErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.DATA));
    }

    @Test
    void progressIsToldChunkByChunk() {
        List<Long> few = new ArrayList<>();
        List<Long> many = new ArrayList<>();

        bulk.onProgress(result -> few.add(result.rows()))
                .upsert(items(1, 50, "a"), "id")
                .block(PATIENCE);
        bulk.onProgress(result -> many.add(result.rows()))
                .upsert(items(1, 25_000, "b"), "id")
                .block(PATIENCE);

        assertThat(few).containsExactly(50L);
        assertThat(many).containsExactly(10_000L, 20_000L, 25_000L);
    }

    @Test
    void identityKeysAreTakenAsTheyAreGiven() {
        postgres.execute("DROP TABLE items;"
                + " CREATE TABLE items (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,"
                + " size int4 GENERATED ALWAYS AS (length(name)) STORED)");

        bulk.upsert(items(1, 10, "a"), "id").block(PATIENCE);
        bulk.upsert(items(1, 1_500, "bb"), "id").block(PATIENCE);

        assertThat(count("size = 2")).isEqualTo(1_500);
    }

    @Test
    void keysAloneCanBeUpserted() {
        bulk.insert(items(1, 5, "old")).block(PATIENCE);

        UpsertResult result = db.bulk("items", Key.class)
                .upsert(Flux.range(1, 10).map(Key::new), "id")
                .block(PATIENCE);

        assertThat(result).isEqualTo(new UpsertResult(10, 5, OptionalLong.of(5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_500})
    void aPartitionedTableDoesNotSayHowManyAreNew(int rows) {
        postgres.execute("DROP TABLE items; CREATE TABLE items (id int8 PRIMARY KEY, name text) PARTITION BY HASH (id);"
                + " CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                + " CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 2, REMAINDER 1)");
        bulk.insert(items(1, 5, "old")).block(PATIENCE);

        assertThat(bulk.upsert(items(1, rows, "new"), "id").block(PATIENCE))
                .isEqualTo(new UpsertResult(rows, rows, OptionalLong.empty()));
    }

    @Test
    void whatCannotBeAConflictColumnIsRefused() {
        StepVerifier.create(bulk.upsert(items(1, 1, "a"), "made")).verifyErrorSatisfies(error -> assertThat(error)
                .isInstanceOf(BulkException.class)
                .hasMessageContainingAll("'made'", "[id, name]"));
        assertThatThrownBy(() -> bulk.upsert(items(1, 1, "a"))).isInstanceOf(IllegalArgumentException.class);
    }
}
