package io.headrace.pool;

import static io.headrace.pool.Loans.SOON;
import static io.headrace.pool.Loans.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The pool asks for binary results, which the driver decodes by other code than text ones. */
@PostgresTest
@Timeout(60)
class PostgresqlTypesTest {

    private static final UUID ID = UUID.fromString("6f1c1a52-5d0e-4f8e-9a6b-0c9f3a0f7d11");
    private static final String SQL =
            """
            SELECT 'Zürich'::text, 12345678901234567890.12345::numeric, -0.5::numeric, 'NaN'::float8,
                   timestamp '2026-02-28 23:59:59.123456', timestamptz '2026-02-28 23:59:59.123456+02',
                   date '2026-02-28', '%s'::uuid, '{"a": [1, 2]}'::json, '{"a": [1, 2]}'::jsonb, true,
                   7::int2, 8::int4, 9::int8, ARRAY[1, 2, 3], ARRAY['a', NULL, 'c'], '\\x00ff'::bytea,
                   'x'::varchar, 'y'::char(3), NULL::numeric"""
                    .formatted(ID);

    /** Without a bind the driver gets text and with one it gets binary. */
    private static final List<String> WITHOUT_AND_WITH_BIND = List.of("", " WHERE $1 = 'x'");

    @Test
    void everyCommonTypeDecodes(TestPostgres postgres) {
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(Loans::patient));

        // prepared twice, since the second time the statement comes from the cache
        for (int time = 0; time < 2; time++) {
            now(Mono.usingWhen(
                    pool.create(),
                    connection -> verify(
                            connection.createStatement(SQL + " WHERE $1 = 1").bind("$1", 1)),
                    Connection::close));
        }
        now(Mono.usingWhen(pool.create(), connection -> verify(connection.createStatement(SQL)), Connection::close));
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    private static Mono<Boolean> verify(Statement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map((row, metadata) -> {
                    verify(row);
                    return true;
                }))
                .single();
    }

    private static void verify(Row row) {
        assertThat(row.get(0, String.class)).isEqualTo("Zürich");
        assertThat(row.get(1, BigDecimal.class)).isEqualTo(new BigDecimal("12345678901234567890.12345"));
        assertThat(row.get(2, BigDecimal.class)).isEqualTo(new BigDecimal("-0.5"));
        assertThat(row.get(3, Double.class)).isNaN();
        assertThat(row.get(4, LocalDateTime.class)).isEqualTo(LocalDateTime.parse("2026-02-28T23:59:59.123456"));
        assertThat(row.get(5, OffsetDateTime.class))
                .isEqualTo(OffsetDateTime.parse("2026-02-28T23:59:59.123456+02:00"));
        assertThat(row.get(6, LocalDate.class)).isEqualTo(LocalDate.parse("2026-02-28"));
        assertThat(row.get(7, UUID.class)).isEqualTo(ID);
        assertThat(Sql.value(row, 8, Json.class).asString()).isEqualTo("{\"a\": [1, 2]}");
        assertThat(row.get(9, String.class)).isEqualTo("{\"a\": [1, 2]}");
        assertThat(row.get(10, Boolean.class)).isTrue();
        assertThat(row.get(11, Short.class)).isEqualTo((short) 7);
        assertThat(row.get(12, Integer.class)).isEqualTo(8);
        assertThat(row.get(13, Long.class)).isEqualTo(9L);
        assertThat(row.get(14, Integer[].class)).containsExactly(1, 2, 3);
        assertThat(row.get(15, String[].class)).containsExactly("a", null, "c");
        assertThat(row.get(16, byte[].class)).containsExactly(0, 255);
        assertThat(row.get(17, String.class)).isEqualTo("x");
        assertThat(row.get(18, String.class)).isEqualTo("y  ");
        assertThat(row.get(19, BigDecimal.class)).isNull();
        assertThat(row.get(19, String.class)).isNull();
    }

    @Test
    void whatIsReadAsAStringIsText(TestPostgres postgres) {
        Pool pool = Pool.open(postgres.url(), PoolConfig.of(Loans::patient));
        postgres.execute("CREATE TYPE mood AS ENUM ('happy', 'sad')");

        for (String where : WITHOUT_AND_WITH_BIND) {
            assertThat(text(pool, "12.50::numeric", where)).isEqualTo("12.50");
            assertThat(text(pool, "1e-9::numeric", where)).isEqualTo("0.000000001");
            assertThat(text(pool, "42::int8", where)).isEqualTo("42");
            assertThat(text(pool, "true", where)).isEqualTo("t");
            assertThat(text(pool, "'" + ID + "'::uuid", where)).isEqualTo(ID.toString());
            assertThat(text(pool, "date '2026-02-28'", where)).isEqualTo("2026-02-28");
            assertThat(text(pool, "'{\"a\": 1}'::jsonb", where)).isEqualTo("{\"a\": 1}");
            assertThat(text(pool, "'sad'::mood", where)).isEqualTo("sad");
        }
        StepVerifier.create(read(pool, "timestamp '2026-02-28 23:59:59'", " WHERE $1 = 'x'"))
                .expectErrorMessage("A value of type timestamp can't be read as a String from a binary result. "
                        + "Cast it to text in the SQL, read it as its own type, or add forceBinary=false to the URL.")
                .verify(SOON);
        StepVerifier.create(pool.close()).expectComplete().verify(SOON);
    }

    private static String text(Pool pool, String expression, String where) {
        return now(read(pool, expression, where));
    }

    private static Mono<String> read(Pool pool, String expression, String where) {
        return Mono.usingWhen(
                pool.create(),
                connection -> {
                    Statement statement = connection.createStatement("SELECT " + expression + where);
                    return Flux.from((where.isEmpty() ? statement : statement.bind("$1", "x")).execute())
                            .concatMap(result -> result.map((row, metadata) -> Sql.value(row, 0, String.class)))
                            .single();
                },
                Connection::close);
    }
}
