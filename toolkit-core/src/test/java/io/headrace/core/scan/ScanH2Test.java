package io.headrace.core.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.ScanException;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Scans are no matter of PostgreSQL alone. */
class ScanH2Test {

    record Flight(long id, String carrier) {}

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Database db = Database.on(ConnectionFactories.get(
            "r2dbc:h2:mem:///scan?options=DB_CLOSE_DELAY=-1;CASE_INSENSITIVE_IDENTIFIERS=TRUE"));

    @Test
    void tablesAndStatementsAreScannedByPlainPages() {
        db.sql("DROP TABLE IF EXISTS flights").run().block(LIMIT);
        db.sql("CREATE TABLE flights (id bigint PRIMARY KEY, carrier varchar(2) NOT NULL)")
                .run()
                .block(LIMIT);
        db.sql("INSERT INTO flights SELECT x, CASE WHEN mod(x, 2) = 0 THEN 'AA' ELSE 'BB' END FROM system_range(1, 25)")
                .update()
                .block(LIMIT);
        Scan<Flight> all = db.scan("flights", Flight.class).by("id").pageSize(4);

        assertThat(all.flux().map(Flight::id).collectList().block(LIMIT))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 25).boxed().toList());
        assertThat(all.descending()
                        .after(3L)
                        .flux()
                        .map(Flight::id)
                        .collectList()
                        .block(LIMIT))
                .containsExactly(2L, 1L);
        assertThat(db.scan("flights", Flight.class)
                        .by("carrier", "id")
                        .pageSize(4)
                        .flux()
                        .count()
                        .block(LIMIT))
                .isEqualTo(25);
        assertThat(db.sql("SELECT * FROM flights WHERE carrier = :carrier")
                        .bind("carrier", "AA")
                        .as(Flight.class)
                        .scanBy("id")
                        .pageSize(5)
                        .pages()
                        .map(ScanPage::size)
                        .collectList()
                        .block(LIMIT))
                .containsExactly(5, 5, 2);
    }

    @Test
    void nullKeysAreFoundAlsoWhereTheyComeLast() {
        db.sql("DROP TABLE IF EXISTS loose").run().block(LIMIT);
        db.sql("CREATE TABLE loose (id bigint, carrier varchar(2))").run().block(LIMIT);
        db.sql("INSERT INTO loose VALUES (1, 'AA'), (2, 'AA'), (NULL, 'AA'), (4, 'AA')")
                .update()
                .block(LIMIT);

        StepVerifier.create(db.scan("loose", Flight.class)
                        .by("id")
                        .descending()
                        .pageSize(2)
                        .flux()
                        .then())
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(ScanException.class).hasMessageContaining("NULL"))
                .verify(LIMIT);
    }
}
