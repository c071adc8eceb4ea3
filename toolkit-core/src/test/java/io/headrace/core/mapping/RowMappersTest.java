package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.MappingException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.test.StepVerifier;

@PostgresTest
class RowMappersTest {

    enum Mood {
        HAPPY,
        SAD
    }

    record Everything(
            boolean flag,
            short small,
            int whole,
            long large,
            float real,
            double precise,
            BigDecimal price,
            String text,
            Mood mood,
            UUID id,
            LocalDate day,
            LocalTime time,
            LocalDateTime departedAt,
            Instant instant,
            OffsetDateTime zoned,
            byte[] bytes,
            Integer[] numbers,
            Optional<String> note,
            @Nullable Long missing,
            @Column("odd name") String renamed) {}

    record Small(long id, String name) {}

    record Picky(int n) {
        Picky {
            if (n > 2) {
                throw new IllegalArgumentException("n is too large");
            }
        }
    }

    private final Database db;

    RowMappersTest(TestPostgres postgres) {
        this.db = Database.on(postgres.connectionFactory());
    }

    @Test
    void everyCommonTypeIsRead() {
        String sql =
                """
                SELECT true AS flag, 1::int2 AS small, 2::int4 AS whole, 3::int8 AS large, 1.5::float4 AS real,
                       2.5::float8 AS precise, 19.90::numeric(10,2) AS price, 'x' AS text, 'SAD' AS mood,
                       '123e4567-e89b-12d3-a456-426614174000'::uuid AS id, DATE '2001-01-02' AS day,
                       TIME '03:04:05.000006' AS time, TIMESTAMP '2001-01-02 03:04:05.6' AS departed_at,
                       TIMESTAMPTZ '2001-01-02 03:04:05+00' AS instant, TIMESTAMPTZ '2001-01-02 03:04:05+00' AS zoned,
                       '\\xcafe'::bytea AS bytes, ARRAY[1, 2] AS numbers, NULL::text AS note, NULL::int8 AS missing,
                       'y' AS "odd name", 'left unread' AS surplus
                """;

        StepVerifier.create(db.sql(sql).as(Everything.class).one())
                .assertNext(row -> {
                    assertThat(row.price()).isEqualTo(new BigDecimal("19.90"));
                    assertThat(row.mood()).isEqualTo(Mood.SAD);
                    assertThat(row.departedAt()).isEqualTo(LocalDateTime.parse("2001-01-02T03:04:05.6"));
                    assertThat(row.instant()).isEqualTo(Instant.parse("2001-01-02T03:04:05Z"));
                    assertThat(row.time()).isEqualTo(LocalTime.parse("03:04:05.000006"));
                    assertThat(row.bytes()).containsExactly(0xca, 0xfe);
                    assertThat(row.numbers()).containsExactly(1, 2);
                    assertThat(row.note()).isEmpty();
                    assertThat(row.missing()).isNull();
                    assertThat(row.renamed()).isEqualTo("y");
                    assertThat(row.large()).isEqualTo(3);
                })
                .verifyComplete();
    }

    @Test
    void aNullWhereNoneMayBeNamesColumnComponentAndRow() {
        db.sql("SELECT n AS id, CASE WHEN n < 3 THEN 'secret' END AS name FROM generate_series(1, 3) AS n ORDER BY n")
                .as(Small.class)
                .flux()
                .as(StepVerifier::create)
                .expectNextCount(2)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("row 3", "column 'name'", "Small.name", "@Nullable")
                        .hasMessageNotContaining("secret"));
    }

    @Test
    void aMissingColumnIsNamedWithThoseThereAre() {
        db.sql("SELECT 1 AS id, 'x' AS title")
                .as(Small.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("no column 'name'", "Small.name", "[id, title]"));
    }

    @Test
    void aColumnOfAnotherTypeIsNamedWithBothTypes() {
        db.sql("SELECT 'x'::text AS id, 'x' AS name")
                .as(Small.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("'id'", "TEXT", "long", "Small.id"));
    }

    @Test
    void aRecordThatRefusesARowEndsTheResultWithItsReason() {
        db.sql("SELECT n FROM generate_series(1, 5) AS n")
                .as(Picky.class)
                .flux()
                .as(StepVerifier::create)
                .expectNextCount(2)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("row 3", "Picky"));
    }

    @Test
    void twoColumnsAreNoScalar() {
        db.sql("SELECT 1, 2").as(Integer.class).one().as(StepVerifier::create).verifyErrorSatisfies(error -> assertThat(
                        error)
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("2 columns"));
    }

    @ParameterizedTest
    @CsvSource({"name,name", "departedAt,departed_at", "URL,url", "parseURLNow,parse_url_now", "a_b,a_b"})
    void componentsAreSnakeCased(String component, String column) {
        assertThat(RecordShape.snakeCase(component)).isEqualTo(column);
    }
}
