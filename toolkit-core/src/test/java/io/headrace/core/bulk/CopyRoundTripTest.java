package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.BulkException;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What COPY BINARY wrote is what the server reads back, checked by the server's own text form or the driver's decoder. */
@PostgresTest
class CopyRoundTripTest {

    enum Mood {
        HAPPY,
        SAD
    }

    record Value(
            int n,
            boolean flag,
            short small,
            long large,
            float real,
            double precise,
            BigDecimal exact,
            String text,
            Mood mood,
            UUID id,
            LocalDate day,
            LocalTime time,
            LocalDateTime stamp,
            Instant instant,
            String document,
            @Nullable Integer missing) {}

    record Exact(BigDecimal exact) {}

    record Stamp(LocalDateTime stamp) {}

    record Narrow(long small) {}

    record Text(String text) {}

    private final TestPostgres postgres;
    private final Database db;

    CopyRoundTripTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @Test
    void randomValuesOfEveryTypeComeBackAsTheyWere() {
        postgres.execute(
                """
                CREATE TYPE mood AS ENUM ('HAPPY', 'SAD');
                CREATE TABLE everything (n int4, flag bool, small int2, large int8, real float4, precise float8,
                  exact numeric, text text, mood mood, id uuid, day date, time time, stamp timestamp,
                  instant timestamptz, document jsonb, missing int4)
                """);
        Random random = new Random(20010102);
        List<Value> written = IntStream.range(0, 2_000)
                .mapToObj(n -> new Value(
                        n,
                        random.nextBoolean(),
                        (short) random.nextInt(),
                        random.nextLong(),
                        random.nextFloat(),
                        random.nextGaussian() * 1e9,
                        new BigDecimal(new BigInteger(random.nextInt(1, 200), random), random.nextInt(40))
                                .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1)),
                        "t" + random.nextInt() + "äß€😀\t\n\\",
                        random.nextBoolean() ? Mood.HAPPY : Mood.SAD,
                        new UUID(random.nextLong(), random.nextLong()),
                        LocalDate.ofEpochDay(random.nextInt(-700_000, 700_000)),
                        LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1_000),
                        LocalDateTime.of(1990, 1, 1, 0, 0).plusNanos(random.nextLong(-(1L << 50), 1L << 50) * 1_000),
                        Instant.EPOCH.plusNanos(random.nextLong(-(1L << 50), 1L << 50) * 1_000),
                        "{\"n\": " + random.nextInt(1_000) + "}",
                        random.nextBoolean() ? null : random.nextInt()))
                .toList();

        db.bulk("everything", Value.class).insert(Flux.fromIterable(written)).block(Duration.ofSeconds(10));

        List<Value> read = db.sql("SELECT * FROM everything ORDER BY n")
                .as(Value.class)
                .flux()
                .collectList()
                .block(Duration.ofSeconds(10));
        assertThat(read).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0.0",
                "0.000",
                "1",
                "-1",
                "10000",
                "9999",
                "0.0001",
                "0.00001",
                "-0.1",
                "12345678.9",
                "1E+10",
                "123456789012345678901234567890.123456789",
                "-99999999.99990",
                "100000000",
                "1E-20",
                "5000.5000"
            })
    void decimalsReadAsTheyWereWrittenScaleIncluded(String text) {
        postgres.execute("DROP TABLE IF EXISTS decimals; CREATE TABLE decimals (exact numeric)");
        BigDecimal value = new BigDecimal(text);

        db.bulk("decimals", Exact.class).insert(Flux.just(new Exact(value))).block(Duration.ofSeconds(10));

        assertThat(postgres.queryString("SELECT exact::text FROM decimals")).isEqualTo(value.toPlainString());
    }

    @Test
    void aTimeFinerThanAMicrosecondIsRefusedNotRounded() {
        postgres.execute("CREATE TABLE stamps (stamp timestamp)");

        StepVerifier.create(db.bulk("stamps", Stamp.class)
                        .insert(Flux.just(new Stamp(LocalDateTime.of(2001, 1, 1, 0, 0, 0, 1)))))
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(BulkException.class).hasMessageContaining("stamps.stamp"));
    }

    @Test
    void aNumberOutOfRangeIsRefusedNotCut() {
        postgres.execute("CREATE TABLE narrow (small int2)");

        StepVerifier.create(db.bulk("narrow", Narrow.class).insert(Flux.just(new Narrow(70_000))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BulkException.class)
                        .hasMessageContaining("narrow.small")
                        .hasMessageNotContaining("70000"));
    }

    @Test
    void textWithTheOneCharacterThatPostgresCannotHoldIsRefused() {
        postgres.execute("CREATE TABLE texts (text text)");

        StepVerifier.create(db.bulk("texts", Text.class).insert(Flux.just(new Text("a\0b"))))
                .verifyError(BulkException.class);
    }
}
