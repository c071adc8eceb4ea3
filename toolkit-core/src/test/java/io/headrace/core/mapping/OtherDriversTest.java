package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.MappingException;
import io.r2dbc.spi.ConnectionFactories;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** A driver that is not PostgreSQL's, by nothing but the SPI: H2. */
class OtherDriversTest {

    enum Mood {
        HAPPY,
        SAD
    }

    record Place(String city) {}

    record Row(
            long id,
            short small,
            BigDecimal price,
            Mood mood,
            UUID key,
            LocalDate day,
            Instant at,
            List<Integer> numbers,
            Optional<String> note,
            @Nullable Place home) {}

    private static final UUID KEY = UUID.fromString("6f1c1a52-5d0e-4f8e-9a6b-0c9f3a0f7d11");

    private final Database db = Database.on(ConnectionFactories.get("r2dbc:h2:mem:///other"));

    @Test
    void recordsAreReadAndTheirComponentsBound() {
        Row row = new Row(
                1,
                (short) 2,
                new BigDecimal("1.50"),
                Mood.SAD,
                KEY,
                LocalDate.of(1500, 1, 1),
                Instant.parse("2001-01-02T03:04:05Z"),
                List.of(1, 2),
                Optional.empty(),
                new Place("Bern"));

        db.sql(
                        """
                        SELECT CAST(:id AS INT) AS id, CAST(:small AS BIGINT) AS small, CAST(:price AS DECIMAL(10, 2)) AS price,
                               CAST(:mood AS VARCHAR) AS mood, CAST(:key AS UUID) AS "key", CAST(:day AS DATE) AS "day",
                               CAST(:at AS TIMESTAMP WITH TIME ZONE) AS "at", CAST(:numbers AS INT ARRAY) AS numbers,
                               CAST(:note AS VARCHAR) AS note, CAST(:homeCity AS VARCHAR) AS home_city
                        """)
                .bindAll(row)
                .as(Row.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(row)
                .verifyComplete();
    }

    @Test
    void aNumberThatDoesNotFitIsRefused() {
        db.sql("SELECT CAST(4711 AS INT) AS n")
                .as(Byte.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContainingAll("row 1", "'N'", "range")
                        .hasMessageNotContaining("4711"));
    }
}
