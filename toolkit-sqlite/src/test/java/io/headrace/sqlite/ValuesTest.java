package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Values come back as they went, or are refused. */
@Timeout(60)
class ValuesTest {

    private static final SqliteConnectionFactory connections = SqliteConnectionFactory.inMemory();
    private static SqliteConnection connection;

    @BeforeAll
    static void open() {
        connection = Sql.open(connections);
        Sql.run(
                connection,
                "CREATE TABLE kept (i INTEGER, r REAL, t TEXT, b BLOB, x ANY) STRICT",
                "CREATE TABLE declared (i INT, l INTEGER, f BOOLEAN, d DECIMAL(10,2), v VARCHAR(20), n)");
    }

    @AfterAll
    static void close() {
        Sql.close(connection);
        connections.close().block(Sql.LIMIT);
    }

    static Stream<Object> values() {
        return Stream.of(
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                0L,
                Integer.MIN_VALUE,
                (short) -7,
                (byte) 127,
                true,
                false,
                0.1,
                -1.5e300,
                Double.MIN_VALUE,
                Double.POSITIVE_INFINITY,
                0.1f,
                "",
                "it's \0 a 'text' \uD83D\uDE00 \u00e4\u4e2d \uFFFD",
                new BigDecimal("0.12345678901234567890123456789"),
                new BigDecimal("100.00"),
                BigInteger.TWO.pow(200),
                UUID.fromString("00000000-0000-002a-ffff-ffffffffffff"),
                DayOfWeek.FRIDAY,
                LocalDate.of(2024, 2, 29),
                LocalDate.of(1, 1, 1),
                LocalTime.of(23, 59, 59, 999_999_999),
                LocalTime.MIDNIGHT,
                LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6),
                OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 600, ZoneOffset.ofHoursMinutes(-5, -30)),
                Instant.parse("2026-01-02T03:04:05.000000001Z"),
                Instant.EPOCH);
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueComesBackAsItWent(Object value) {
        assertThat(roundTrip(value)).isEqualTo(value);
    }

    @SuppressWarnings("unchecked")
    private static <T> T roundTrip(T value) {
        return (T) Sql.query(connection, "SELECT ?1", value.getClass(), value).blockFirst(Sql.LIMIT);
    }

    @Test
    void bytesComeBackAsTheyWent() {
        byte[] bytes = {0, 1, -1, 0};
        assertThat(roundTrip(bytes)).isEqualTo(bytes);
        assertThat(roundTrip(new byte[0])).isEmpty();
        assertThat(Sql.query(connection, "SELECT ?1", ByteBuffer.class, ByteBuffer.wrap(bytes, 1, 2))
                        .blockFirst(Sql.LIMIT))
                .isEqualTo(ByteBuffer.wrap(new byte[] {1, -1}));
        assertThat(Sql.query(connection, "SELECT typeof(?1) || typeof(?2)", String.class, new byte[0], "")
                        .blockFirst(Sql.LIMIT))
                .isEqualTo("blobtext");
    }

    @Test
    void nullIsNullOfEveryType() {
        Sql.run(connection, "DELETE FROM kept");
        Sql.update(connection, "INSERT INTO kept VALUES (?, ?, ?, ?, ?)", null, null, null, null, null)
                .block(Sql.LIMIT);

        assertThat(connection.createStatement("SELECT * FROM kept").execute())
                .satisfies(results -> assertThat(Flux.from(results)
                                .concatMap(result -> result.map(row -> Stream.of(
                                                row.get("i", Long.class),
                                                row.get("r", Double.class),
                                                row.get("T", String.class),
                                                row.get("b", byte[].class),
                                                row.get("x"))
                                        .allMatch(Objects::isNull)))
                                .blockLast(Sql.LIMIT))
                        .isTrue());
    }

    @Test
    void withoutAClassTheDeclaredTypeDecides() {
        Sql.run(
                connection,
                "DELETE FROM declared",
                "INSERT INTO declared VALUES (1, 2, 1, 9.99, 'v', 3), (5000000000, -1, 7, 12, 5, x'00')");

        assertThat(Sql.list(connection, "SELECT i FROM declared", Object.class)).containsExactly(1, 5_000_000_000L);
        assertThat(Sql.list(connection, "SELECT l FROM declared", Object.class)).containsExactly(2L, -1L);
        assertThat(Sql.list(connection, "SELECT f FROM declared", Object.class)).containsExactly(true, 7L);
        assertThat(Sql.list(connection, "SELECT d FROM declared", Object.class)).containsExactly(9.99, 12L);
        assertThat(Sql.list(connection, "SELECT d FROM declared", BigDecimal.class))
                .containsExactly(new BigDecimal("9.99"), new BigDecimal("12"));
        assertThat(Sql.list(connection, "SELECT v FROM declared", Object.class)).containsExactly("v", "5");
        assertThat(Sql.list(connection, "SELECT n FROM declared", Object.class))
                .containsExactly(3L, ByteBuffer.wrap(new byte[1]));
        assertThat(Sql.list(connection, "SELECT count(*) FROM declared", Object.class))
                .containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02 03:04:05",
                "2026-01-02T03:04:05Z",
                "2026-01-02 03:04:05.000",
                "2026-01-02T05:04:05+02:00",
                "2026-01-02 03:04:05 Z",
            })
    void everyFormOfATimeThatSqliteReadsIsRead(String text) {
        assertThat(Sql.query(connection, "SELECT ?1", Instant.class, text).blockFirst(Sql.LIMIT))
                .isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
        assertThat(Sql.query(connection, "SELECT unixepoch(?1)", Long.class, text)
                        .blockFirst(Sql.LIMIT))
                .isEqualTo(Instant.parse("2026-01-02T03:04:05Z").getEpochSecond());
    }

    @Test
    void sqliteReadsOurTimesAndTheySort() {
        List<Instant> times = List.of(
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-01-02T03:04:05.000000001Z"),
                Instant.parse("2026-01-02T03:04:05.5Z"),
                Instant.parse("2026-01-02T03:04:06Z"));
        Sql.run(connection, "DELETE FROM kept");
        for (int index = times.size() - 1; index >= 0; index--) {
            Sql.update(connection, "INSERT INTO kept (t) VALUES (?)", times.get(index))
                    .block(Sql.LIMIT);
        }

        assertThat(Sql.list(connection, "SELECT t FROM kept ORDER BY t", Instant.class))
                .isEqualTo(times);
        assertThat(Sql.list(connection, "SELECT unixepoch(t) FROM kept ORDER BY t", Long.class))
                .containsExactly(1767323045L, 1767323045L, 1767323045L, 1767323046L);
        assertThat(Sql.query(connection, "SELECT date(?1)", LocalDate.class, LocalDate.of(2024, 2, 29))
                        .blockFirst(Sql.LIMIT))
                .isEqualTo(LocalDate.of(2024, 2, 29));
    }

    static Stream<Object> refused() {
        return Stream.of(
                Double.NaN,
                Float.NaN,
                "half a pair \uD83D",
                "\uDE00 the other half",
                LocalDate.of(12_345, 1, 1),
                LocalDateTime.of(-1, 1, 1, 0, 0),
                ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
                Duration.ofSeconds(1),
                List.of(1, 2),
                new int[] {1});
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatWouldLoseSomethingIsRefusedBeforeItIsSent(Object value) {
        assertThatThrownBy(() -> connection.createStatement("SELECT ?1").bind(0, value))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatWouldLoseSomethingIsNotRead() {
        assertRefused("SELECT 5000000000 AS n", Integer.class);
        assertRefused("SELECT 300 AS n", Byte.class);
        assertRefused("SELECT 1.5 AS n", Long.class);
        assertRefused("SELECT 9007199254740993 AS n", Double.class);
        assertRefused("SELECT 9223372036854775807 AS n", Double.class);
        assertRefused("SELECT 1e300 AS n", Float.class);
        assertRefused("SELECT 2 AS n", Boolean.class);
        assertRefused("SELECT x'ff' AS n", String.class);
        assertRefused("SELECT CAST(x'ff' AS TEXT) AS n", String.class);
        assertRefused("SELECT 'secret' AS n", Long.class);
        assertRefused("SELECT 'secret' AS n", UUID.class);
        assertRefused("SELECT 'SUNDAE' AS n", DayOfWeek.class);
        assertRefused("SELECT '2026-01-02 03:04:05' AS n", LocalDate.class);
        assertRefused("SELECT '2026-01-02 03:04:05Z' AS n", LocalDateTime.class);
        assertRefused("SELECT '2026-02-30' AS n", LocalDate.class);
        assertRefused("SELECT 12 AS n", Instant.class);
        assertRefused("SELECT 12 AS n", Thread.class);
    }

    private static void assertRefused(String sql, Class<?> type) {
        assertThatThrownBy(() -> Sql.list(connection, sql, type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'n'")
                .hasMessageContaining("without loss")
                .hasMessageNotContaining("secret");
    }

    @Test
    void numbersAsTimesLoseNoFraction() {
        SqliteConnectionFactory millis = SqliteConnectionFactory.from(
                SqliteConfig.of(SqliteLocation.memory(), c -> c.dateTime(SqliteConfig.DateTimeFormat.EPOCH_MILLIS)));
        SqliteConnection other = Sql.open(millis);
        Instant time = Instant.parse("1969-12-31T23:59:59.999Z");

        assertThat(Sql.query(other, "SELECT ?1", Long.class, time).blockFirst(Sql.LIMIT))
                .isEqualTo(-1L);
        assertThat(Sql.query(other, "SELECT ?1", Instant.class, time).blockFirst(Sql.LIMIT))
                .isEqualTo(time);
        assertThatThrownBy(() -> other.createStatement("SELECT ?1").bind(0, time.plusNanos(1)))
                .hasMessageContaining("fraction");
        Sql.close(other);
        millis.close().block(Sql.LIMIT);
    }

    @Test
    void strictTablesRefuseTheWrongType() {
        assertThatThrownBy(() -> Sql.update(connection, "INSERT INTO kept (i) VALUES (?)", "text")
                        .block(Sql.LIMIT))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                .extracting(error -> ((R2dbcDataIntegrityViolationException) error).getSqlState())
                .isEqualTo("22018");
    }

    @Test
    void parametersWithATypeAreTheirValues() {
        assertThat(Sql.query(connection, "SELECT ?1", Long.class, Parameters.in(5L))
                        .blockFirst(Sql.LIMIT))
                .isEqualTo(5L);
        assertThat(Sql.query(connection, "SELECT ?1 IS NULL", Boolean.class, Parameters.in(R2dbcType.BIGINT))
                        .blockFirst(Sql.LIMIT))
                .isTrue();
    }
}
