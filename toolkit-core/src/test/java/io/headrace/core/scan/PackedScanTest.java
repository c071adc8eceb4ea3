package io.headrace.core.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.error.MappingException;
import io.headrace.core.mapping.RowMapper;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** A packed page holds what a plain one holds. The reference is what the driver makes of text, which the server wrote. */
@PostgresTest
class PackedScanTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int RANDOM_VALUES = 200;

    private final TestPostgres postgres;
    private final Database db;

    PackedScanTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
        postgres.execute(
                "DROP TYPE IF EXISTS mood CASCADE; CREATE TYPE mood AS ENUM ('happy', 'so so', 'très triste')");
    }

    private static Arguments type(String type, List<Class<?>> javaTypes, String... values) {
        return Arguments.of(type, javaTypes, List.of(values));
    }

    static List<Arguments> types() {
        Random random = new Random(42);
        return List.of(
                type("bool", List.of(Boolean.class, Object.class), "true", "false"),
                type(
                        "int2",
                        List.of(Short.class, Integer.class, Long.class, Object.class),
                        "0",
                        "-1",
                        "32767",
                        "-32768"),
                type("int4", List.of(Integer.class, Long.class, Object.class), "0", "-1", "2147483647", "-2147483648"),
                type("int8", List.of(Long.class, Object.class), numbers(random, -1, 9223372036854775807L)),
                type(
                        "float4",
                        List.of(Float.class, Object.class),
                        "0",
                        "-0",
                        "1.5",
                        "-3.4e38",
                        "1e-45",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'"),
                type(
                        "float8",
                        List.of(Double.class, Object.class),
                        "0",
                        "-0",
                        "0.1",
                        "-1.7e308",
                        "5e-324",
                        "'NaN'",
                        "'Infinity'",
                        "'-Infinity'"),
                type("numeric", List.of(BigDecimal.class, Object.class), numerics(random)),
                type(
                        "numeric(12,4)",
                        List.of(BigDecimal.class, Object.class),
                        "0",
                        "1",
                        "-1.5",
                        "99999999.9999",
                        "-0.0001"),
                type(
                        "text",
                        List.of(String.class, Object.class),
                        "''",
                        "'a'",
                        "'Grüße, 世界 🚀'",
                        "repeat('x', 5000)",
                        "'NULL'",
                        "E'\\\\ \" {}\\n'"),
                type("varchar(20)", List.of(String.class, Object.class), "''", "'abc'", "'é'"),
                type("char(5)", List.of(String.class, Object.class), "''", "'abc'", "'abcde'"),
                type("name", List.of(String.class, Object.class), "''", "'abc'"),
                type(
                        "uuid",
                        List.of(UUID.class, Object.class),
                        "gen_random_uuid()",
                        "'00000000-0000-0000-0000-000000000000'",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
                type(
                        "bytea",
                        List.of(byte[].class, ByteBuffer.class, Object.class),
                        "''",
                        "'\\x00ff10'",
                        "decode(repeat('ab', 3000), 'hex')"),
                type(
                        "date",
                        List.of(LocalDate.class, Object.class),
                        "'2000-01-01'",
                        "'1999-12-31'",
                        "'1582-10-04'",
                        "'1582-10-15'",
                        "'0001-01-01'",
                        "'9999-12-31'",
                        "'2024-02-29'",
                        "'infinity'",
                        "'-infinity'"),
                type(
                        "time",
                        List.of(LocalTime.class, Object.class),
                        "'00:00'",
                        "'23:59:59.999999'",
                        "'12:34:56.7'",
                        "'24:00'"),
                type(
                        "timestamp",
                        List.of(LocalDateTime.class, Object.class),
                        timestamps(random, "'infinity'", "'-infinity'")),
                type(
                        "timestamptz",
                        List.of(OffsetDateTime.class, Object.class),
                        timestamps(random, "'infinity'", "'-infinity'")),
                type("timestamptz", List.of(Instant.class), timestamps(random)),
                type("json", List.of(String.class), "'{\"a\": [1, 2]}'", "'null'", "'\"é\"'"),
                type("jsonb", List.of(String.class), "'{\"a\": [1, 2]}'", "'null'", "'\"é\"'"),
                type("mood", List.of(String.class, Object.class), "'happy'", "'so so'", "'très triste'"));
    }

    private static String[] numbers(Random random, long... fixed) {
        List<String> values = new ArrayList<>(List.of("0", "'-9223372036854775808'"));
        Arrays.stream(fixed).forEach(value -> values.add(Long.toString(value)));
        IntStream.range(0, RANDOM_VALUES)
                .forEach(i -> values.add(Long.toString(random.nextLong() >> random.nextInt(64))));
        return values.toArray(String[]::new);
    }

    private static String[] numerics(Random random) {
        List<String> values = new ArrayList<>(List.of(
                "0",
                "0.00",
                "1",
                "10000",
                "1e20",
                "-1e40",
                "0.0001",
                "0.00010",
                "1e-30",
                "123456789012345678.9",
                "0.000000000000000001",
                "9999.9999",
                "-99999999999999999999.99999999999999999999",
                "100000000.0000"));
        for (int i = 0; i < RANDOM_VALUES; i++) {
            String digits = Long.toString(random.nextLong()) + Math.abs(random.nextLong());
            int length = 2 + random.nextInt(digits.length() - 2);
            int point = 2 + random.nextInt(length);
            values.add(new StringBuilder(digits)
                            .insert(Math.min(point, length), '.')
                            .substring(0, length + 1) + "0");
        }
        return values.toArray(String[]::new);
    }

    private static String[] timestamps(Random random, String... fixed) {
        List<String> values = new ArrayList<>(List.of(
                "'2000-01-01 00:00'",
                "'1999-12-31 23:59:59.999999'",
                "'1969-12-31 23:59:59.5'",
                "'1582-10-04 12:00:00.25'",
                "'0001-01-01 00:00'",
                "'9999-12-31 23:59:59.999999'",
                "'2024-03-31 02:30:00.000001'"));
        values.addAll(List.of(fixed));
        for (int i = 0; i < RANDOM_VALUES; i++) {
            values.add("timestamp '2000-01-01' + " + (random.nextLong() % 4_000_000_000L) + " * interval '1 second' + "
                    + random.nextInt(1_000_000) + " * interval '1 microsecond'");
        }
        return values.toArray(String[]::new);
    }

    /** Rows enough to fill the plain first page, then each value with NULLs between. */
    private void fill(String type, List<String> values) {
        String strings = values.stream()
                .map(value -> "((" + value + ")::text::" + type + ", false), (NULL, true)")
                .collect(Collectors.joining(", "));
        postgres.execute(
                "DROP TABLE IF EXISTS samples; CREATE TABLE samples (id serial PRIMARY KEY, sample " + type + ")");
        postgres.execute("INSERT INTO samples (sample) SELECT NULL FROM generate_series(1, 50)");
        postgres.execute(
                "INSERT INTO samples (sample) SELECT sample FROM (VALUES " + strings + ") AS v(sample, nothing)");
    }

    private static RowMapper<List<@Nullable Object>> reading(List<Class<?>> javaTypes) {
        return (row, metadata) -> {
            List<@Nullable Object> values = new ArrayList<>();
            for (Class<?> javaType : javaTypes) {
                Object value = row.get(1, javaType);
                values.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
                assertThat(comparable(row.get("SAMPLE", javaType))).isEqualTo(comparable(value));
            }
            return values;
        };
    }

    private static @Nullable Object comparable(@Nullable Object value) {
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeReadsTheSamePackedAsFromText(String type, List<Class<?>> javaTypes, List<String> values) {
        fill(type, values);
        List<List<@Nullable Object>> expected = db.sql("SELECT id, sample FROM samples WHERE id > 50 ORDER BY id")
                .as(reading(javaTypes))
                .flux()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        for (Database each : List.of(db, binary())) {
            Kinds<List<@Nullable Object>> kinds = new Kinds<>(reading(javaTypes));
            List<List<@Nullable Object>> actual = each.sql("SELECT id, sample FROM samples")
                    .as(kinds)
                    .scanBy("id")
                    .pageSize(50)
                    .flux()
                    .skip(50)
                    .collectList()
                    .blockOptional(LIMIT)
                    .orElseThrow();
            assertThat(actual).containsExactlyElementsOf(expected);
            assertThat(kinds.counts).containsEntry("PackedRow", 2 * values.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"int4[]", "interval", "inet", "timetz", "point"})
    void otherTypesAreReadRowByRow(String type) {
        postgres.execute("DROP TABLE IF EXISTS samples; CREATE TABLE samples (id serial PRIMARY KEY, sample " + type
                + ");" + " INSERT INTO samples (sample) SELECT NULL FROM generate_series(1, 40)");
        Kinds<Integer> kinds = new Kinds<>((row, metadata) -> intOf(row));

        assertThat(db.sql("SELECT * FROM samples")
                        .as(kinds)
                        .scanBy("id")
                        .pageSize(10)
                        .flux()
                        .count()
                        .block(LIMIT))
                .isEqualTo(40);
        assertThat(kinds.counts).containsOnlyKeys("PostgresqlRow");
    }

    @Test
    void arraysOfDifferentLengthsAreReadRowByRow() {
        postgres.execute("CREATE TABLE lists (id int4 PRIMARY KEY, list int4[]);"
                + " INSERT INTO lists SELECT n, array_fill(n, ARRAY[n % 4]) FROM generate_series(1, 40) AS n");

        assertThat(db.sql("SELECT * FROM lists")
                        .as((row, metadata) -> {
                            Integer[] list = row.get("list", Integer[].class);
                            return list == null ? -1 : list.length;
                        })
                        .scanBy("id")
                        .pageSize(10)
                        .flux()
                        .collectList()
                        .block(LIMIT))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 40).mapToObj(n -> n % 4).toList());
    }

    @Test
    void aJavaTypeThatWeDoNotServeMakesTheScanGoOnRowByRow() {
        postgres.execute("DROP TABLE IF EXISTS samples; CREATE TABLE samples (id int4 PRIMARY KEY, sample int8);"
                + " INSERT INTO samples SELECT n, n FROM generate_series(1, 50) AS n");
        for (int oddRow : new int[] {1, 11, 15, 20, 21, 35, 50}) {
            Kinds<Number> kinds = new Kinds<>((row, metadata) ->
                    intOf(row) == oddRow ? row.get("sample", Integer.class) : row.get("sample", Long.class));

            List<Number> actual = db.sql("SELECT * FROM samples")
                    .as(kinds)
                    .scanBy("id")
                    .pageSize(10)
                    .flux()
                    .collectList()
                    .blockOptional(LIMIT)
                    .orElseThrow();

            assertThat(actual)
                    .extracting(Number::intValue)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 50).boxed().toList());
            assertThat(actual.get(oddRow - 1)).isInstanceOf(Integer.class);
        }
    }

    @Test
    void aNumberThatIsNoneIsAnErrorThatNamesTheRow() {
        record Sample(int id, @Nullable BigDecimal sample) {}
        fill("numeric", List.of("'NaN'"));

        StepVerifier.create(db.scan("samples", Sample.class)
                        .by("id")
                        .pageSize(10)
                        .flux()
                        .then())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContaining("row 51")
                        .hasMessageContaining("'sample'"))
                .verify(LIMIT);
    }

    @Test
    void columnsThatShareANameAreReadRowByRow() {
        postgres.execute("DROP TABLE IF EXISTS samples; CREATE TABLE samples (id int4 PRIMARY KEY, sample text);"
                + " INSERT INTO samples SELECT n, 's' || n FROM generate_series(1, 30) AS n");
        Kinds<String> kinds = new Kinds<>((row, metadata) -> String.valueOf(row.get(2, String.class)));

        assertThat(db.sql("SELECT id, sample, sample || '!' AS sample FROM samples")
                        .as(kinds)
                        .scanBy("id")
                        .pageSize(10)
                        .flux()
                        .collectList()
                        .block(LIMIT))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 30)
                        .mapToObj(n -> "s" + n + "!")
                        .toList());
        assertThat(kinds.counts).containsOnlyKeys("PostgresqlRow");
    }

    private Database binary() {
        return Database.on(ConnectionFactories.get(ConnectionFactoryOptions.parse(postgres.url())
                .mutate()
                .option(PostgresqlConnectionFactoryProvider.FORCE_BINARY, true)
                .build()));
    }

    private static int intOf(Row row) {
        Integer id = row.get("id", Integer.class);
        return id == null ? 0 : id;
    }

    /** Counts by which kind of row a mapper was given its rows. */
    private static final class Kinds<T> implements RowMapper<T> {
        private final RowMapper<T> mapper;
        private final Map<String, Integer> counts = new HashMap<>();

        Kinds(RowMapper<T> mapper) {
            this.mapper = mapper;
        }

        @Override
        public T map(Row row, RowMetadata metadata) {
            T mapped = mapper.map(row, metadata);
            counts.merge(row.getClass().getSimpleName(), 1, Integer::sum);
            return mapped;
        }
    }
}
