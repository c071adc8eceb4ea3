package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.BulkException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What a record and a table are to each other is settled before the first row. */
@PostgresTest
class BulkPlanTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    record Line(int id, @Nullable String text, @Nullable Integer length) {}

    record Id(int id) {}

    record Tags(int id, List<String> tags) {}

    record WrongTags(int id, List<Integer> tags) {}

    record RawTags(int id, Collection<?> tags) {}

    record Maybe(int id, Optional<List<String>> tags) {}

    record Day(LocalDate day) {}

    record At(Instant at) {}

    record Shape(int id, String shape) {}

    record Half(String text) {}

    private final TestPostgres postgres;
    private final Database db;

    BulkPlanTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    private <T extends Record> void assertRefused(Class<T> type, String... parts) {
        AtomicLong asked = new AtomicLong();
        StepVerifier.create(db.bulk("things", type).insert(Flux.<T>empty().doOnRequest(asked::addAndGet)))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(BulkException.class).hasMessageContainingAll(parts))
                .verify(PATIENCE);
        assertThat(asked).hasValue(0);
    }

    private void create(String columns) {
        postgres.execute("DROP TABLE IF EXISTS things; CREATE TABLE things (" + columns + ")");
    }

    @Test
    void aGeneratedColumnIsLeftOut() {
        create("id int4 PRIMARY KEY, text text, length int4 GENERATED ALWAYS AS (length(text)) STORED");

        db.bulk("things", Line.class)
                .insert(Flux.just(new Line(1, "abc", null)))
                .block(PATIENCE);

        assertThat(postgres.queryLong("SELECT length FROM things")).isEqualTo(3);
    }

    @Test
    void aRequiredColumnWithoutComponentIsNamed() {
        create(
                "id int4, a text NOT NULL, b text NOT NULL DEFAULT 'b', c int4 GENERATED ALWAYS AS IDENTITY NOT NULL, d serial");
        assertRefused(Id.class, "[a]", "'things'", "Id");
    }

    @Test
    void aDomainWithADefaultIsNotRequired() {
        postgres.execute("DROP DOMAIN IF EXISTS level CASCADE; CREATE DOMAIN level AS int4 DEFAULT 7 NOT NULL");
        create("id int4, level level NOT NULL");

        db.bulk("things", Id.class).insert(Flux.just(new Id(1))).block(PATIENCE);

        assertThat(postgres.queryLong("SELECT level FROM things")).isEqualTo(7);
    }

    @Test
    void elementsOfAnotherTypeAreRefused() {
        create("id int4, tags text[]");
        assertRefused(WrongTags.class, "WrongTags.tags", "List<java.lang.Integer>", "things.tags", "text[]");
        assertRefused(RawTags.class, "RawTags.tags", "text[]");

        db.bulk("things", Tags.class)
                .insert(Flux.just(new Tags(1, List.of("a", "b"))))
                .block(PATIENCE);
        db.bulk("things", Maybe.class)
                .insert(Flux.just(new Maybe(2, Optional.empty()), new Maybe(3, Optional.of(List.of()))))
                .block(PATIENCE);
        assertThat(postgres.queryString("SELECT string_agg(coalesce(tags::text, 'NULL'), ' ' ORDER BY id) FROM things"))
                .isEqualTo("{a,b} NULL {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inet", "cidr", "macaddr", "bit(8)", "varbit", "xml", "int4range", "point", "tsvector", "money"})
    void aTypeWithoutBinaryFormTakesTheTextOfIt(String type) {
        create("id int4, shape " + type);
        String text = postgres.queryString("SELECT " + literalOf(type) + "::" + type + "::text");

        db.bulk("things", Shape.class).insert(Flux.just(new Shape(1, text))).block(PATIENCE);
        db.bulk("things", Shape.class)
                .insertReturning(Flux.just(new Shape(2, text)), Integer.class, "id")
                .blockLast(PATIENCE);

        assertThat(postgres.queryLong(
                        "SELECT count(*) FROM things WHERE shape::text = '" + text.replace("'", "''") + "'"))
                .isEqualTo(2);
    }

    private static String literalOf(String type) {
        return switch (type) {
            case "inet", "cidr" -> "'10.1.2.0/24'";
            case "macaddr" -> "'08:00:2b:01:02:03'";
            case "bit(8)", "varbit" -> "'10101010'";
            case "xml" -> "'<a>b</a>'";
            case "int4range" -> "'[1,5)'";
            case "point" -> "'(1,2)'";
            case "tsvector" -> "'a b'";
            default -> "'1.50'";
        };
    }

    @Test
    void whatIsOutOfTheServersRangeIsRefused() {
        create("day date");
        StepVerifier.create(db.bulk("things", Day.class)
                        .insert(Flux.just(new Day(LocalDate.EPOCH), new Day(LocalDate.of(-4713, 11, 23)))))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContainingAll("row 2", "component day", "things.day", "date")
                        .hasMessageNotContaining("4713"))
                .verify(PATIENCE);
        create("at timestamptz");
        StepVerifier.create(db.bulk("things", At.class).insert(Flux.just(new At(Instant.MAX.minusSeconds(1)))))
                .expectError(BulkException.class)
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud83d", "\ude00", "\ude00\ud83d", "\ud83d\ud83d"})
    void halfASurrogatePairIsRefusedNotReplaced(String text) {
        create("text text");
        StepVerifier.create(db.bulk("things", Half.class).insert(Flux.just(new Half(text))))
                .expectError(BulkException.class)
                .verify(PATIENCE);
    }

    @Test
    void aListIsStillWrittenWhenTheTableHasChangedSinceTheLast() {
        create("id int4");
        Bulk<Id> bulk = db.bulk("things", Id.class);
        assertThat(bulk.insertAll(List.of(new Id(1))).block(PATIENCE)).isEqualTo(1);
        postgres.execute("ALTER TABLE things ALTER id TYPE float4");

        assertThat(bulk.insertAll(List.of(new Id(2), new Id(3))).block(PATIENCE))
                .isEqualTo(2);

        assertThat(postgres.queryLong("SELECT sum(id)::int8 FROM things")).isEqualTo(6);
        postgres.execute("ALTER TABLE things RENAME id TO key");
        StepVerifier.create(bulk.insertAll(List.of(new Id(4))))
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.SYNTAX))
                .verify(PATIENCE);
        StepVerifier.create(bulk.insertAll(List.of(new Id(4))))
                .expectError(BulkException.class)
                .verify(PATIENCE);
    }
}
