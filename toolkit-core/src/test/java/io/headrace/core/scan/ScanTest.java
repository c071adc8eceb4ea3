package io.headrace.core.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.error.ScanException;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** What a scan emits, on PostgreSQL; the same tests hold for packed and plain pages. */
@PostgresTest
class ScanTest {

    record Flight(long id, String carrier, int hop) {}

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final TestPostgres postgres;
    private final Database db;

    ScanTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    private void flights(int rows) {
        postgres.execute("DROP TABLE IF EXISTS flights");
        postgres.execute("CREATE TABLE flights (id int8 PRIMARY KEY, carrier text NOT NULL, hop int4 NOT NULL)");
        postgres.execute("INSERT INTO flights SELECT n, CASE WHEN n % 3 = 0 THEN 'AA' ELSE 'BB' END, n % 5"
                + " FROM generate_series(1, " + rows + ") AS n ORDER BY random()");
    }

    private Scan<Flight> scan() {
        return db.scan("flights", Flight.class).by("id");
    }

    private static List<ScanPage<Flight>> pages(Scan<Flight> scan) {
        return scan.pages().collectList().blockOptional(LIMIT).orElseThrow();
    }

    private static List<Long> ids(Scan<Flight> scan) {
        return scan.flux().map(Flight::id).collectList().blockOptional(LIMIT).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 3, true", "1, 3, true", "3, 3, true", "4, 3, true", "6, 3, true", "7, 3, true", "30, 1, true",
        "0, 3, false", "1, 3, false", "3, 3, false", "4, 3, false", "6, 3, false", "7, 3, false", "30, 1, false"
    })
    void pagesAreNumberedFullOrderedAndTheLastOneIsMarked(int rows, int size, boolean packed) {
        flights(rows);

        List<ScanPage<Flight>> all = pages(scan().pageSize(size).packed(packed));

        assertThat(all).hasSize((rows + size - 1) / size);
        assertThat(all.stream().flatMap(page -> page.rows().stream()).map(Flight::id))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, rows).boxed().toList());
        for (int i = 0; i < all.size(); i++) {
            ScanPage<Flight> page = all.get(i);
            assertThat(page.number()).isEqualTo(i + 1L);
            assertThat(page.last()).isEqualTo(i == all.size() - 1);
            assertThat(page.lastKey())
                    .isEqualTo(ScanKey.of(page.rows().get(page.size() - 1).id()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aScanGoesOnBehindTheKeyOfAnyPage(boolean packed) {
        flights(25);
        Scan<Flight> scan = scan().pageSize(4).packed(packed);

        for (ScanPage<Flight> page : pages(scan)) {
            long last = page.rows().get(page.size() - 1).id();
            assertThat(ids(scan.after(page.lastKey())))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(last + 1, 25).boxed().toList());
        }
    }

    @Test
    void aScanGoesOnBehindARowThatIsGone() {
        flights(10);
        postgres.execute("DELETE FROM flights WHERE id = 7");

        assertThat(ids(scan().after(7L))).containsExactly(8L, 9L, 10L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void severalColumnsAreComparedAsOneKey(boolean packed) {
        flights(60);
        Scan<Flight> scan = db.scan("flights", Flight.class)
                .by("carrier", "hop", "id")
                .pageSize(7)
                .packed(packed);
        List<String> expected = db.sql("SELECT carrier || hop || '/' || id FROM flights ORDER BY carrier, hop, id")
                .as(String.class)
                .flux()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(scan.flux()
                        .map(row -> row.carrier() + row.hop() + "/" + row.id())
                        .collectList()
                        .block(LIMIT))
                .containsExactlyElementsOf(expected);
        assertThat(scan.after("BB", 4, 58L).flux().map(Flight::id).collectList().block(LIMIT))
                .containsExactly(59L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void descendingScansGoFromTheGreatestKeyToTheSmallest(boolean packed) {
        flights(20);

        assertThat(ids(scan().descending().pageSize(3).packed(packed)))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 20).map(n -> 21 - n).boxed().toList());
        assertThat(ids(scan().descending().after(4L).packed(packed))).containsExactly(3L, 2L, 1L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRowsOfAStatementAreScannedWithItsParametersBound(boolean packed) {
        flights(30);
        Scan<Flight> scan = db.sql("SELECT * FROM flights WHERE carrier = :carrier AND hop <> :hop -- of one carrier")
                .bind("hop", 0)
                .bind("carrier", "AA")
                .as(Flight.class)
                .scanBy("id")
                .pageSize(2)
                .packed(packed);

        assertThat(ids(scan)).containsExactly(3L, 6L, 9L, 12L, 18L, 21L, 24L, 27L);
    }

    @Test
    void aTableInASchemaIsFound() {
        postgres.execute("CREATE SCHEMA \"Archive\"; CREATE TABLE \"Archive\".old (id int4, carrier text, hop int4);"
                + " INSERT INTO \"Archive\".old VALUES (1, 'AA', 0)");

        assertThat(ids(db.scan("Archive.old", Flight.class).by("id"))).containsExactly(1L);
    }

    @Test
    void itIsAnErrorToScanByAKeyThatIsNotUnique() {
        flights(20);
        Scan<Flight> scan = db.scan("flights", Flight.class).by("hop");

        for (boolean packed : new boolean[] {true, false}) {
            StepVerifier.create(scan.pageSize(3).packed(packed).flux().then())
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(ScanException.class)
                            .hasMessageContaining("rows 3 and 4 have the same key [hop]"))
                    .verify(LIMIT);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 2", "false, 2", "true, 100", "false, 100"})
    void rowsWithoutAKeyAreAnErrorAndNotLost(boolean packed, int size) {
        postgres.execute(
                "DROP TABLE IF EXISTS flights; CREATE TABLE flights (id int8, carrier text, hop int4);"
                        + " INSERT INTO flights VALUES (1, 'AA', 1), (NULL, 'AA', 1), (3, 'AA', 1), (4, 'AA', 1), (5, 'AA', 1)");

        for (Scan<Flight> scan : List.of(scan(), scan().descending(), scan().after(1L))) {
            StepVerifier.create(scan.pageSize(size).packed(packed).flux().then())
                    .expectErrorSatisfies(error ->
                            assertThat(error).isInstanceOf(ScanException.class).hasMessageContaining("NULL"))
                    .verify(LIMIT);
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        flights(3);

        StepVerifier.create(db.scan("flight", Flight.class).by("id").flux())
                .expectErrorSatisfies(
                        error -> assertThat(SqlErrors.kindOf(error)).isEqualTo(SqlErrorKind.SYNTAX))
                .verify(LIMIT);
        StepVerifier.create(db.scan("flights", Flight.class).by("number").flux())
                .expectErrorMessage("column scanned.number does not exist")
                .verify(LIMIT);
    }

    @Test
    void badSettingsAreRefusedAtOnce() {
        assertThatThrownBy(() -> scan().pageSize(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scan().after(1L, 2L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> db.scan("flights", Flight.class).by("id", "id"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> db.scan("flights", Flight.class).by(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSemicolonAtTheEndOfTheStatementIsNoHarm() {
        flights(3);

        assertThat(ids(db.sql("SELECT * FROM flights; ").as(Flight.class).scanBy("id")))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatIsWrittenBehindTheScanIsSeenAndNothingIsSeenTwice() {
        flights(4);
        Scan<Flight> scan = scan().pageSize(2).readAhead(false);
        List<Long> seen = new ArrayList<>();

        StepVerifier.create(scan.pages(), 1)
                .consumeNextWith(page -> page.rows().forEach(row -> seen.add(row.id())))
                .then(() -> postgres.execute("UPDATE flights SET hop = 9;"
                        + " INSERT INTO flights VALUES (0, 'CC', 0), (5, 'CC', 0); DELETE FROM flights WHERE id = 4"))
                .thenRequest(10)
                .thenConsumeWhile(page -> {
                    page.rows().forEach(row -> seen.add(row.id()));
                    return true;
                })
                .expectComplete()
                .verify(LIMIT);

        assertThat(seen).containsExactly(1L, 2L, 3L, 5L);
    }
}
