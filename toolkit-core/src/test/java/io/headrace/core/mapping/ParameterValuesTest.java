package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.core.Database;
import io.headrace.core.error.ParameterException;
import io.headrace.core.json.Json;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.Year;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

@PostgresTest
class ParameterValuesTest {

    enum Mood {
        HAPPY,
        SAD {
            @Override
            public String toString() {
                return "a constant with a body";
            }
        }
    }

    record Row(int id) {}

    record Lists(List<Year> years, List<Instant> instants) {}

    private final TestPostgres postgres;
    private final Database db;

    ParameterValuesTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @Test
    void anEnumFitsAColumnOfTextAndOneOfAnEnumTypeWithoutACast() {
        postgres.execute("CREATE TYPE mood AS ENUM ('HAPPY', 'SAD');"
                + "CREATE TABLE moods (word text, mood mood, moods mood[]);"
                + "INSERT INTO moods VALUES ('HAPPY', 'HAPPY', '{}')");

        db.sql("INSERT INTO moods VALUES (:mood, :mood2, :moods)")
                .bind("mood", Mood.SAD)
                .bind("mood2", Mood.SAD)
                .bind("moods", List.of(Mood.SAD, Mood.HAPPY))
                .update()
                .thenMany(db.sql(
                                "SELECT word FROM moods WHERE mood = :mood AND word = ANY(:words) AND mood = ANY(:moods)")
                        .bind("mood", Mood.SAD)
                        .bind("words", new Mood[] {Mood.SAD})
                        .bind("moods", List.of(Mood.SAD))
                        .as(Mood.class)
                        .flux())
                .as(StepVerifier::create)
                .expectNext(Mood.SAD)
                .verifyComplete();
    }

    @Test
    void aListIsAnArrayOfItsElementsType() {
        for (Object list : List.of(
                List.of(1L, 3L),
                new long[] {1, 3},
                Arrays.asList(1, null, 3),
                List.of(new BigDecimal("1"), new BigDecimal("3")),
                new int[] {1, 3})) {
            db.sql("SELECT count(*) FROM generate_series(1, 3) AS n WHERE n = ANY(:list)")
                    .bind("list", list)
                    .as(Long.class)
                    .one()
                    .as(StepVerifier::create)
                    .expectNext(2L)
                    .verifyComplete();
        }
    }

    @Test
    void anEmptyListOfWhoKnowsWhatFitsAnyArray() {
        db.sql("SELECT count(*) FROM generate_series(1, 3) AS n WHERE n = ANY(:numbers) OR n::text = ANY(:texts)")
                .bind("numbers", List.of())
                .bind("texts", List.of())
                .as(Long.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void nullOfEveryTypeIsNull() {
        for (Class<?> type : List.of(
                int.class,
                byte.class,
                char.class,
                String.class,
                BigInteger.class,
                UUID.class,
                byte[].class,
                Instant.class,
                ZonedDateTime.class,
                LocalDate.class,
                Duration.class,
                Period.class,
                Year.class,
                Row.class,
                Map.class,
                Json.class,
                long[].class,
                UUID[].class,
                byte[][].class,
                Duration[].class)) {
            db.sql("SELECT CASE WHEN :value IS NULL THEN 'null' END WHERE :always")
                    .bindNull("value", type)
                    .bind("always", true)
                    .as(String.class)
                    .one()
                    .as(StepVerifier::create)
                    .as("null of " + type)
                    .expectNext("null")
                    .verifyComplete();
        }
    }

    @Test
    void nullOfATypeThatTheServerIsToInferIsNull() {
        for (Class<?> type : List.of(Mood.class, Mood[].class, List.class, Object.class)) {
            db.sql("SELECT coalesce(:value, 'null')")
                    .bindNull("value", type)
                    .as(String.class)
                    .one()
                    .as(StepVerifier::create)
                    .as("null of " + type)
                    .expectNext("null")
                    .verifyComplete();
        }
    }

    @Test
    void anEmptyListOfADeclaredTypeIsAnArrayOfIt() {
        db.sql("SELECT pg_typeof(:years) || ', ' || pg_typeof(:instants)")
                .bindAll(new Lists(List.of(), List.of()))
                .as(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext("integer[], timestamp with time zone[]")
                .verifyComplete();
    }

    @Test
    void anOptionalIsItsContent() {
        db.sql("SELECT :some::int4 + coalesce(:none::int4, 1)")
                .bind("some", Optional.of(1))
                .bind("none", Optional.empty())
                .as(Integer.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(2)
                .verifyComplete();
    }

    @Test
    void aParameterOfTheDriversIsPassedOn() {
        db.sql("SELECT :n::text")
                .bind("n", Parameters.in(R2dbcType.BIGINT, 7L))
                .as(String.class)
                .one()
                .as(StepVerifier::create)
                .expectNext("7")
                .verifyComplete();
    }

    @Test
    void aTypeThatCannotBeBoundIsRefusedByNameWithAdviceAndWithoutItsValue() {
        for (Object value : List.of(new Date(4711), new StringBuilder("4711").chars(), new Thread("4711"))) {
            assertThatThrownBy(() -> db.sql("SELECT :when").bind("when", value))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageContainingAll(":when", value.getClass().getTypeName(), "Converter")
                    .hasMessageNotContaining("4711");
        }
        assertThatThrownBy(() -> db.sql("SELECT :when").bindNull("when", Date.class))
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll(":when", "Date");
    }

    @Test
    void elementsOfSeveralTypesAreNoArray() {
        assertThatThrownBy(() -> db.sql("SELECT :list").bind("list", List.of(1, "4711")))
                .isInstanceOf(ParameterException.class)
                .hasMessageContainingAll(":list", "Integer", "String")
                .hasMessageNotContaining("4711");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000000001S", "PT2562047788015215H"})
    void aDurationThatAnIntervalCannotHoldIsRefused(Duration duration) {
        assertThatThrownBy(() -> db.sql("SELECT :span").bind("span", duration))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(":span");
    }

    @Test
    void aRecordsNamesAreFoundInsideToo() {
        assertThat(RecordShape.of(Row.class).property("id")).isPresent();
        assertThat(RecordShape.of(Row.class).property("idx")).isEmpty();
    }
}
