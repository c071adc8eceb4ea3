package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.error.ParameterException;
import io.headrace.core.json.JsonCodec;
import io.headrace.core.mapping.Converters;
import io.headrace.core.mapping.ParameterValues;
import io.headrace.test.SqliteTest;
import io.headrace.test.TestSqlite;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists on SQLite: one JSON array where that keeps every value, written out where not. */
@SqliteTest
class SqliteListTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private enum Colour {
        RED
    }

    private final Database db;

    SqliteListTest(TestSqlite sqlite) {
        this.db = Database.on(sqlite.connectionFactory());
    }

    @BeforeEach
    void dropTable() {
        db.sql("DROP TABLE IF EXISTS n").run().block(LIMIT);
    }

    private RenderedSql sql() {
        return RenderedSql.of(
                "SELECT 1 WHERE a IN (:ids) AND b = :b", db.sessions().dialect());
    }

    private String rendered(List<?> list) {
        ParameterValues values =
                ParameterValues.of(db.sessions().dialect(), JsonCodec.onClassPath(), Converters.none());
        RenderedSql sql = sql();
        return Bindings.none(values)
                .with(sql, "ids", list, List.class)
                .variant(sql)
                .text();
    }

    @Test
    void listsOfAllLengthsAreOneStatementText() {
        String text = "SELECT 1 WHERE a IN (SELECT +value FROM json_each(?1)) AND b = ?2";

        for (int length : new int[] {0, 1, 2, 3, 17, 1_000, 100_000}) {
            assertThat(rendered(Collections.nCopies(length, 7L))).isEqualTo(text);
        }
        assertThat(rendered(Arrays.asList(1, (short) 2, null, "three", true, Colour.RED, UUID.randomUUID())))
                .isEqualTo(text);
    }

    @Test
    void whatJsonDoesNotKeepIsWrittenOut() {
        assertThat(rendered(List.of(0.1))).isEqualTo("SELECT 1 WHERE a IN (?1) AND b = ?2");
        assertThat(rendered(List.of(1L, 1f, 1L))).isEqualTo("SELECT 1 WHERE a IN (?1, ?2, ?3, ?4) AND b = ?5");
        assertThat(rendered(List.of(new byte[] {1}))).doesNotContain("json_each");
        assertThat(rendered(List.of(Instant.EPOCH))).doesNotContain("json_each");
        assertThat(rendered(List.of(new BigDecimal("1.10")))).doesNotContain("json_each");
        assertThat(rendered(List.of("a\0b"))).doesNotContain("json_each");
        assertThat(rendered(List.of("half \ud800"))).doesNotContain("json_each");
    }

    private static List<@Nullable Object> samples() {
        List<@Nullable Object> samples = new ArrayList<>(Arrays.asList(
                null,
                0L,
                1L,
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                (1L << 53) + 1,
                "",
                "1",
                "01",
                "1.0",
                "a\"b\\c\n\t\u0001\u007f\u2028",
                "emoji \ud83d\ude00 é ß",
                "null",
                "a\0b",
                UUID.fromString("00000000-0000-0001-0000-000000000002").toString()));
        new Random(5).longs(20).forEach(samples::add);
        LongStream.range(0, 20).mapToObj(n -> "t" + n).forEach(samples::add);
        return samples;
    }

    /** Affinity: a column compares by its own type, which must not depend on how the list is sent. */
    @ParameterizedTest
    @ValueSource(strings = {"TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", ""})
    void aListMatchesWhatItsValuesMatchOneByOne(String type) {
        db.sql("CREATE TABLE n (id INTEGER PRIMARY KEY, v " + type + ")").run().block(LIMIT);
        List<@Nullable Object> samples = samples();
        if (type.equals("REAL")) {
            // Beyond 53 bits IN with values rounds them like the column did, and = does not; the array does what =
            // does.
            samples.removeIf(sample -> sample instanceof Long n && Math.abs(n) > 1L << 53);
        }
        for (Object sample : samples) {
            SqlStatement insert = db.sql("INSERT INTO n (v) VALUES (:v)");
            (sample == null ? insert.bindNull("v", String.class) : insert.bind("v", sample))
                    .update()
                    .block(LIMIT);
        }

        Random random = new Random(6);
        for (int round = 0; round < 60; round++) {
            List<@Nullable Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(samples.get(random.nextInt(samples.size())));
            }
            String not = random.nextBoolean() ? "NOT " : "";
            assertThat(matches(not + "IN (:list)", list))
                    .as("%s%s of %s", not, list, type)
                    .isEqualTo(matches(not + "IN (" + markers(list.size()) + ")", list));
        }
    }

    private static String markers(int size) {
        StringBuilder markers = new StringBuilder();
        for (int i = 0; i < size; i++) {
            markers.append(i == 0 ? ":v" : ", :v").append(i);
        }
        return markers.toString();
    }

    private List<Long> matches(String condition, List<@Nullable Object> list) {
        SqlStatement find = db.sql("SELECT id FROM n WHERE v " + condition + " ORDER BY id");
        if (condition.endsWith("(:list)")) {
            find = find.bind("list", list);
        } else {
            for (int i = 0; i < list.size(); i++) {
                Object value = list.get(i);
                find = value == null ? find.bindNull("v" + i, String.class) : find.bind("v" + i, value);
            }
        }
        return find.as(Long.class).flux().collectList().block(LIMIT);
    }

    @Test
    void aListMayBeLongerThanTheParametersThatSqliteTakes() {
        db.sql("CREATE TABLE n (id INTEGER PRIMARY KEY)").run().block(LIMIT);
        db.sql("INSERT INTO n VALUES (5), (99999), (100001)").update().block(LIMIT);

        assertThat(db.sql("SELECT id FROM n WHERE id IN (:ids) ORDER BY id")
                        .bind("ids", LongStream.rangeClosed(1, 100_000).boxed().toList())
                        .as(Long.class)
                        .flux()
                        .collectList()
                        .block(LIMIT))
                .containsExactly(5L, 99_999L);
        assertThatThrownBy(() ->
                        db.sql("SELECT id FROM n WHERE id IN (:ids)").bind("ids", Collections.nCopies(40_000, 0.5)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("40000 values");
    }

    @Test
    void aListElsewhereIsRefusedByItsPlace() {
        assertThatThrownBy(() -> db.sql("SELECT 1 WHERE 1 = ANY (:ids)").bind("ids", List.of(1L)))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(":ids");
    }

    @Test
    void aLoaderAsksForItsKeysByOneText() {
        db.sql("CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT)").run().block(LIMIT);
        db.sql("INSERT INTO n VALUES (1, 'one'), (2, 'two')").update().block(LIMIT);
        record Named(long id, String name) {}

        assertThat(db.loader("SELECT * FROM n WHERE id IN (:keys)", Named.class, Named::id)
                        .loadAll(List.of(1L, 2L, 3L))
                        .block(LIMIT))
                .containsOnlyKeys(1L, 2L);
    }
}
