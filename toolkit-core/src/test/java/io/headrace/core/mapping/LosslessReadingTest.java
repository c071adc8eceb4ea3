package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.MappingException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A value is read as it is or refused; text results and binary ones say the same. */
@PostgresTest
class LosslessReadingTest {

    enum Mood {
        HAPPY
    }

    record Strict(List<Integer> numbers) {}

    private final List<Database> both;

    LosslessReadingTest(TestPostgres postgres) {
        this.both = Stream.of(true, false)
                .map(binary -> Database.on(ConnectionFactories.get(postgres.url() + "?forceBinary=" + binary)))
                .toList();
    }

    static Stream<Arguments> fitting() {
        return Stream.of(
                Arguments.of("7::int2", Long.class, 7L),
                Arguments.of("7::int4", BigDecimal.class, new BigDecimal(7)),
                Arguments.of("7::int8", Integer.class, 7),
                Arguments.of("7::int8", Byte.class, (byte) 7),
                Arguments.of("7.000::numeric", Integer.class, 7),
                Arguments.of("0.1::numeric", Double.class, 0.1),
                Arguments.of("1.5::float8", Float.class, 1.5f),
                Arguments.of("1.5::float4", BigDecimal.class, new BigDecimal("1.5")),
                Arguments.of("4294967295::oid", Long.class, 4_294_967_295L),
                Arguments.of("0.00::numeric", BigDecimal.class, new BigDecimal("0.00")),
                Arguments.of("12345678901234567890::numeric", BigInteger.class, new BigInteger("12345678901234567890")),
                Arguments.of("1::int4", Boolean.class, true),
                Arguments.of("7::int4", String.class, "7"),
                Arguments.of("7::int4", Object.class, 7),
                Arguments.of("7::int4", Number.class, 7),
                Arguments.of("'x'::bpchar", Character.class, 'x'),
                Arguments.of("'HAPPY'::text", Mood.class, Mood.HAPPY),
                Arguments.of("'2024-05'::text", YearMonth.class, YearMonth.of(2024, 5)),
                Arguments.of(
                        "'6f1c1a52-5d0e-4f8e-9a6b-0c9f3a0f7d11'::text",
                        UUID.class,
                        UUID.fromString("6f1c1a52-5d0e-4f8e-9a6b-0c9f3a0f7d11")),
                Arguments.of("'\\x00ff'::bytea", ByteBuffer.class, ByteBuffer.wrap(new byte[] {0, -1})),
                Arguments.of("DATE '1582-10-10'", LocalDate.class, LocalDate.of(1582, 10, 10)),
                Arguments.of("DATE '1582-10-20'", LocalDate.class, LocalDate.of(1582, 10, 20)),
                Arguments.of("DATE '0044-03-15 BC'", LocalDate.class, LocalDate.of(-43, 3, 15)),
                Arguments.of("DATE 'infinity'", LocalDate.class, LocalDate.MAX),
                Arguments.of("TIMESTAMP '-infinity'", LocalDateTime.class, LocalDateTime.MIN),
                Arguments.of("TIMESTAMPTZ 'infinity'", OffsetDateTime.class, OffsetDateTime.MAX),
                Arguments.of(
                        "TIMESTAMPTZ '1500-01-01 12:00:00.5+02'",
                        Instant.class,
                        Instant.parse("1500-01-01T10:00:00.5Z")),
                Arguments.of(
                        "INTERVAL '2 days -03:00:00.000001'", Duration.class, Duration.parse("PT44H59M59.999999S")),
                Arguments.of("INTERVAL '-00:00:00.5'", Duration.class, Duration.ofMillis(-500)),
                Arguments.of("INTERVAL '14 months -3 days'", Period.class, Period.of(1, 2, -3)),
                Arguments.of("INTERVAL '1 year 2 days 03:00'", Object.class, "P1Y2DT3H"));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void whatFitsIsReadAsItIs(String expression, Class<?> type, Object expected) {
        for (Database db : both) {
            one(db, expression, type)
                    .as(StepVerifier::create)
                    .assertNext(value -> assertThat((Object) value).isEqualTo(expected))
                    .verifyComplete();
        }
    }

    static Stream<Arguments> lossy() {
        return Stream.of(
                Arguments.of("4711000000::int8", Integer.class, "range"),
                Arguments.of("4711::int4", Byte.class, "range"),
                Arguments.of("4711.5::numeric", Long.class, "not whole"),
                Arguments.of("4711.5::float8", Integer.class, "not whole"),
                Arguments.of("0.4711::float8", Float.class, "digits"),
                Arguments.of("0.47110000000000000000001::numeric", Double.class, "digits"),
                Arguments.of("9007199254740993::int8", Double.class, "digits"),
                Arguments.of("'NaN'::numeric", BigDecimal.class, "not a number"),
                Arguments.of("'Infinity'::numeric", Double.class, "not a number"),
                Arguments.of("2::int4", Boolean.class, "range"),
                Arguments.of("'secret'::text", Character.class, "one character"),
                Arguments.of("'secret'::text", Mood.class, "constants of Mood"),
                Arguments.of("'secret'::text", UUID.class, "written"),
                Arguments.of("INTERVAL '1 month'", Duration.class, "month part"),
                Arguments.of("INTERVAL '1 day 01:00'", Period.class, "time part"),
                Arguments.of("TIMESTAMP '4711-01-01 00:00'", Instant.class, "TIMESTAMP"),
                Arguments.of("TIMESTAMP '4711-01-01 00:00'", LocalDate.class, "TIMESTAMP"),
                Arguments.of("DATE '4711-01-01'", LocalDateTime.class, "DATE"),
                Arguments.of("DATE '4711-01-01'", String.class, "DATE"),
                Arguments.of("'4711'::text", Integer.class, "TEXT"),
                Arguments.of("true", Integer.class, "BOOL"),
                Arguments.of("ARRAY[1, NULL]", int[].class, "element 2 is NULL"),
                Arguments.of("ARRAY[4711, 1]", byte[].class, "byte[]"));
    }

    @ParameterizedTest
    @MethodSource("lossy")
    void whatWouldLoseSomethingIsRefusedWithoutShowingIt(String expression, Class<?> type, String reason) {
        for (Database db : both) {
            one(db, expression, type).as(StepVerifier::create).verifyErrorSatisfies(error -> assertThat(error)
                    .isInstanceOf(MappingException.class)
                    .hasMessageContainingAll("row 1", "column 'value'", reason)
                    .hasMessageNotContainingAny("4711", "secret"));
        }
    }

    @Test
    void anElementThatIsNullNeedsAnElementTypeThatMayBe() {
        for (Database db : both) {
            db.sql("SELECT ARRAY[1, NULL] AS numbers WHERE :always")
                    .bind("always", true)
                    .as(Strict.class)
                    .one()
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .hasMessageContainingAll("List<Integer>", "Strict.numbers", "element 2", "@Nullable"));
        }
    }

    @Test
    void collectionsCannotBeChanged() {
        both.get(0)
                .sql("SELECT ARRAY[1] AS numbers")
                .as(Strict.class)
                .one()
                .as(StepVerifier::create)
                .assertNext(row -> assertThat(row.numbers()).isUnmodifiable())
                .verifyComplete();
    }

    @Test
    void aTypeThatIsNoTextInBinaryFormIsRefusedAndNotReadAsItsBytes() {
        Database binary = both.get(0);

        for (String expression : List.of("'1.50'::money", "'08:00:2b:01:02:03'::macaddr", "'[1,5)'::int4range")) {
            one(binary, expression, String.class).as(StepVerifier::create).verifyErrorSatisfies(error -> assertThat(
                            error)
                    .isInstanceOf(MappingException.class)
                    .hasMessageContaining("binary form"));
        }
    }

    @Test
    void rowsAsMapsReadExactlyToo() {
        for (Database db : both) {
            db.sql(
                            "SELECT DATE '1500-01-01' AS day, INTERVAL '3 days' AS span, 'x' AS text, NULL AS none, :one::int4 AS n")
                    .bind("one", 1)
                    .as(Map.class)
                    .one()
                    .as(StepVerifier::create)
                    .assertNext(row -> assertThat((Map<?, ?>) row)
                            .hasToString("{day=1500-01-01, span=P3D, text=x, none=null, n=1}"))
                    .verifyComplete();
        }
    }

    /** With a parameter, since the driver asks for text where there is none. */
    private static <T> Mono<T> one(Database db, String expression, Class<T> type) {
        return db.sql("SELECT " + expression + " AS value WHERE :always")
                .bind("always", true)
                .as(type)
                .one();
    }
}
