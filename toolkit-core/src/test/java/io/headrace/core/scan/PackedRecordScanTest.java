package io.headrace.core.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.core.DatabaseConfig;
import io.headrace.core.observe.StatementListener;
import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The mapping of records goes round the driver for some types; on a packed page it has to go round it as well. */
@PostgresTest
class PackedRecordScanTest {

    enum Mood {
        GOOD,
        BAD
    }

    record Event(
            long id,
            short small,
            int whole,
            double real,
            BigDecimal amount,
            String text,
            boolean flag,
            UUID reference,
            LocalDate day,
            LocalTime clock,
            LocalDateTime local,
            OffsetDateTime zoned,
            Instant at,
            Mood mood,
            Map<String, Object> document,
            @Nullable BigDecimal missing) {}

    private final TestPostgres postgres;

    PackedRecordScanTest(TestPostgres postgres) {
        this.postgres = postgres;
        postgres.execute(
                """
                DROP TABLE IF EXISTS events;
                DROP TYPE IF EXISTS event_mood;
                CREATE TYPE event_mood AS ENUM ('GOOD', 'BAD');
                CREATE TABLE events AS SELECT n::int8 AS id, (n % 100)::int2 AS small, n::int4 AS whole, n / 3.0::float8 AS real,
                    (n / 7.0)::numeric(20, 4) AS amount, 'text ' || n AS text, n % 2 = 0 AS flag,
                    md5(n::text)::uuid AS reference, DATE '1500-01-01' + n AS day, TIME '01:02:03.000004' AS clock,
                    TIMESTAMP '1969-12-31 23:59:59.5' + n * INTERVAL '1 hour' AS local,
                    TIMESTAMPTZ '1999-12-31 23:59:59.25+05' + n * INTERVAL '1 day' AS zoned,
                    TIMESTAMPTZ '2020-01-01 00:00:00Z' AS at,
                    (ARRAY['GOOD', 'BAD'])[n % 2 + 1]::event_mood AS mood,
                    jsonb_build_object('n', n) AS document, NULL::numeric AS missing
                FROM generate_series(1, 350) AS n;
                ALTER TABLE events ADD PRIMARY KEY (id)""");
    }

    private List<Event> events(Database db, boolean packed) {
        return db.scan("events", Event.class)
                .by("id")
                .pageSize(100)
                .packed(packed)
                .flux()
                .collectList()
                .block(Duration.ofSeconds(20));
    }

    @Test
    void recordsOfPackedPagesAreThoseOfPlainOnes() {
        Queue<Long> rowsOfStatements = new ConcurrentLinkedQueue<>();
        Database db = Database.on(
                postgres.connectionFactory(),
                DatabaseConfig.defaults()
                        .withListener(StatementListener.onEnd(end -> rowsOfStatements.add(end.rows()))));

        List<Event> plain = events(db, false);
        assertThat(rowsOfStatements).contains(101L).hasSizeGreaterThanOrEqualTo(4);
        rowsOfStatements.clear();
        List<Event> packed = events(db, true);

        assertThat(packed).hasSize(350).isEqualTo(plain);
        assertThat(packed.get(0).zoned().getOffset().getTotalSeconds()).isZero();
        // The first page is plain; then the question for enums, three pages of one row each, and the one for NULL keys.
        assertThat(rowsOfStatements).containsExactly(101L, 1L, 1L, 1L, 1L, 0L);
    }
}
