package io.headrace.core.bulk;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Values of all types, every fourth of them one of those at which encoders break. */
final class RandomValues {

    private static final String[] TEXTS = {
        "",
        " ",
        "NULL",
        "null",
        "\\N",
        "\\.",
        "\\",
        "\"",
        "{}",
        "{\"a\",NULL}",
        ",",
        ";",
        "'",
        "\t",
        "\n",
        "\r\n",
        "\b\f\u000b\u0001",
        "äß€",
        "😀\ud83d\udc68",
        "a\\tb",
        "infinity",
        " padded ",
        "%s $1 :x ?"
    };

    private final Random random;

    RandomValues(long seed) {
        random = new Random(seed);
    }

    @SafeVarargs
    final <T> T edgeOr(Supplier<T> usual, T... edges) {
        return random.nextInt(4) == 0 ? edges[random.nextInt(edges.length)] : usual.get();
    }

    <T> T orNull(Supplier<T> value) {
        return random.nextInt(6) == 0 ? null : value.get();
    }

    /** Up to four elements, some of them null. */
    <T> List<T> list(Supplier<T> value) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            list.add(orNull(value));
        }
        return list;
    }

    boolean flag() {
        return random.nextBoolean();
    }

    int int4() {
        return edgeOr(random::nextInt, 0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE);
    }

    short int2() {
        return edgeOr(() -> (short) random.nextInt(), (short) 0, Short.MAX_VALUE, Short.MIN_VALUE);
    }

    long int8() {
        return edgeOr(random::nextLong, 0L, Long.MAX_VALUE, Long.MIN_VALUE);
    }

    float float4() {
        return edgeOr(
                () -> random.nextFloat() * 1e20f,
                0f,
                -0f,
                Float.NaN,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                Float.MIN_VALUE,
                Float.MAX_VALUE);
    }

    double float8() {
        return edgeOr(
                () -> random.nextGaussian() * 1e100,
                0.0,
                -0.0,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                Double.MAX_VALUE);
    }

    BigDecimal numeric() {
        return edgeOr(
                () -> new BigDecimal(new BigInteger(random.nextInt(1, 200), random), random.nextInt(-20, 40))
                        .multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1)),
                BigDecimal.ZERO,
                new BigDecimal("0.000"),
                new BigDecimal("-0.0001"),
                new BigDecimal("10000"),
                new BigDecimal("1E+100"),
                new BigDecimal("1E-1000"),
                BigDecimal.valueOf(Long.MIN_VALUE, 18),
                BigDecimal.valueOf(999_999_999_999_999L, 1),
                BigDecimal.valueOf(999_999_999_999_999L, 30));
    }

    String text() {
        return edgeOr(() -> TEXTS[random.nextInt(TEXTS.length)] + random.nextInt() + TEXTS[random.nextInt(21)], TEXTS)
                .replace("\ud83d\udc68", "");
    }

    char letter() {
        return (char) random.nextInt(33, 127);
    }

    UUID id() {
        return edgeOr(() -> new UUID(random.nextLong(), random.nextLong()), new UUID(0, 0), new UUID(-1, -1));
    }

    byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    LocalDate date() {
        return edgeOr(
                () -> LocalDate.ofEpochDay(random.nextInt(-1_000_000, 1_000_000)),
                LocalDate.of(0, 2, 29),
                LocalDate.of(-4713, 11, 24),
                LocalDate.of(5_874_897, 12, 31),
                LocalDate.of(12_345, 6, 7),
                LocalDate.of(1, 1, 1),
                LocalDate.MAX,
                LocalDate.MIN);
    }

    LocalTime time() {
        return edgeOr(
                () -> LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1_000),
                LocalTime.MIDNIGHT,
                LocalTime.of(23, 59, 59, 999_999_000),
                LocalTime.of(1, 2, 3, 1_000));
    }

    OffsetTime timetz() {
        return time().atOffset(edgeOr(
                () -> ZoneOffset.ofTotalSeconds(random.nextInt(-57_599, 57_600)),
                ZoneOffset.UTC,
                ZoneOffset.ofHoursMinutes(-3, -30),
                ZoneOffset.ofTotalSeconds(57_599),
                ZoneOffset.ofTotalSeconds(-57_599)));
    }

    LocalDateTime timestamp() {
        return edgeOr(
                () -> LocalDateTime.of(1990, 1, 1, 0, 0).plusNanos(random.nextLong(-(1L << 52), 1L << 52) * 1_000),
                LocalDateTime.of(-4713, 11, 24, 0, 0),
                LocalDateTime.of(294_276, 12, 31, 23, 59, 59, 999_999_000),
                LocalDateTime.of(0, 1, 1, 0, 0, 0, 1_000),
                LocalDateTime.of(1999, 12, 31, 23, 59, 59, 999_999_000),
                LocalDateTime.MAX,
                LocalDateTime.MIN);
    }

    Instant instant() {
        return edgeOr(
                () -> Instant.EPOCH.plusNanos(random.nextLong(-(1L << 52), 1L << 52) * 1_000),
                Instant.EPOCH,
                Instant.MAX,
                Instant.MIN);
    }

    Duration duration() {
        return edgeOr(
                () -> Duration.ofSeconds(
                        random.nextLong(-100_000_000L, 100_000_000L), random.nextInt(1_000_000) * 1_000L),
                Duration.ZERO,
                Duration.ofNanos(-1_000),
                Duration.ofHours(-25),
                Duration.ofSeconds(9_223_372_036_854L, 775_807_000));
    }

    Period period() {
        return edgeOr(
                () -> Period.of(random.nextInt(-1_000, 1_000), random.nextInt(-50, 50), random.nextInt(-1_000, 1_000)),
                Period.ZERO,
                Period.of(0, -1, 1),
                Period.ofMonths(Integer.MAX_VALUE),
                Period.of(0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                Period.ofDays(Integer.MIN_VALUE));
    }

    String json() {
        return edgeOr(
                () -> "{\"n\": " + random.nextInt() + "}", "null", "[1, 2]", "\"a\\nb\"", "{\"k\": \"\\\\ ä 😀\"}");
    }
}
