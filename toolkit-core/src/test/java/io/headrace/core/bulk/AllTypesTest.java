package io.headrace.core.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.Period;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Random values of every type by each road: COPY binary, COPY text (forced by one column without a binary form), and
 * arrays. The binary and the text forms know nothing of each other, so that the server finds the same rows in all tables
 * only where both are right, or wrong in the same way; that the driver reads back what was written rules this out.
 */
class AllTypesTest {

    enum Mood {
        HAPPY,
        SAD
    }

    record Point(int x, @Nullable String label) {}

    record Everything(
            int n,
            String host,
            @Nullable Boolean flag,
            @Nullable Short small,
            @Nullable Long large,
            @Nullable Long object,
            @Nullable Float real,
            @Nullable Double precise,
            @Nullable BigDecimal exact,
            @Nullable String text,
            @Nullable String name,
            @Nullable String padded,
            @Nullable String loose,
            char letter,
            @Nullable Mood mood,
            @Nullable UUID id,
            byte @Nullable [] bytes,
            @Nullable LocalDate day,
            @Nullable LocalTime time,
            @Nullable OffsetTime zoned,
            @Nullable LocalDateTime stamp,
            @Nullable Instant instant,
            @Nullable Duration elapsed,
            @Nullable Period span,
            @Nullable String document,
            @Nullable Map<String, Integer> tree,
            @Nullable Integer counter,
            int[] ints,
            List<@Nullable Long> longs,
            double[] doubles,
            List<@Nullable BigDecimal> exacts,
            @Nullable String[] texts,
            Set<Mood> moods,
            List<@Nullable UUID> ids,
            byte[][] blobs,
            List<@Nullable LocalDate> days,
            List<@Nullable LocalTime> times,
            List<@Nullable OffsetTime> zoneds,
            List<@Nullable LocalDateTime> stamps,
            List<@Nullable Instant> instants,
            List<@Nullable Duration> elapseds,
            List<@Nullable Boolean> flags,
            List<@Nullable Point> points,
            List<@Nullable Integer> counters) {}

    private static final String COLUMNS =
            """
            n int4, host %s, flag bool, small int2, large int8, object oid, real float4, precise float8, exact numeric,
            text text, name varchar(100), padded char(60), loose citext, letter "char", mood mood, id uuid, bytes bytea, day date,
            time time, zoned timetz, stamp timestamp, instant timestamptz, elapsed interval, span interval,
            document json, tree jsonb, counter even, ints int4[], longs int8[], doubles float8[], exacts numeric[],
            texts text[], moods mood[], ids uuid[], blobs bytea[], days date[], times time[], zoneds timetz[],
            stamps timestamp[], instants timestamptz[], elapseds interval[], flags bool[], points jsonb[],
            counters evens
            """;

    private static TestPostgres postgres;
    private static Database db;

    @BeforeContainer
    static void createTables() {
        postgres = PostgresServer.shared().createDatabase("all_types");
        db = Database.on(postgres.untrackedConnectionFactory());
        postgres.execute("CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('HAPPY', 'SAD');"
                + " CREATE DOMAIN whole AS int8; CREATE DOMAIN even AS whole CHECK (value % 2 = 0);"
                + " CREATE DOMAIN evens AS even[]");
        postgres.execute("CREATE TABLE by_binary (" + COLUMNS.formatted("text") + ")");
        postgres.execute("CREATE TABLE by_text (" + COLUMNS.formatted("inet") + ")");
        postgres.execute("CREATE TABLE by_arrays (" + COLUMNS.formatted("inet") + ")");
        // Settings that change what the server prints and reads; none of them may matter.
        postgres.execute("ALTER ROLE CURRENT_USER IN DATABASE " + postgres.database()
                + " SET datestyle = 'SQL, DMY'; ALTER ROLE CURRENT_USER IN DATABASE " + postgres.database()
                + " SET intervalstyle = 'sql_standard'; ALTER ROLE CURRENT_USER IN DATABASE " + postgres.database()
                + " SET timezone = 'Asia/Kolkata'");
    }

    @AfterContainer
    static void dropDatabase() {
        postgres.drop();
    }

    private static Everything random(int n, long seed) {
        RandomValues v = new RandomValues(seed);
        return new Everything(
                n,
                "10.0.0." + Math.floorMod(seed, 200),
                v.orNull(v::flag),
                v.orNull(v::int2),
                v.orNull(v::int8),
                v.orNull(() -> v.int4() & 0xFFFF_FFFFL),
                v.orNull(v::float4),
                v.orNull(v::float8),
                v.orNull(v::numeric),
                v.orNull(v::text),
                v.orNull(v::text),
                v.orNull(v::text),
                v.orNull(v::text),
                v.letter(),
                v.orNull(() -> v.flag() ? Mood.HAPPY : Mood.SAD),
                v.orNull(v::id),
                v.orNull(v::bytes),
                v.orNull(v::date),
                v.orNull(v::time),
                v.orNull(v::timetz),
                v.orNull(v::timestamp),
                v.orNull(v::instant),
                v.orNull(v::duration),
                v.orNull(v::period),
                v.orNull(v::json),
                v.orNull(() -> new HashMap<>(Map.of(v.text(), v.int4()))),
                v.orNull(() -> v.int2() & ~1),
                IntStream.range(0, n % 4).map(i -> v.int4()).toArray(),
                v.list(v::int8),
                IntStream.range(0, n % 3).mapToDouble(i -> v.float8()).toArray(),
                v.list(v::numeric),
                v.list(v::text).toArray(String[]::new),
                n % 2 == 0 ? Set.of() : Set.of(Mood.values()),
                v.list(v::id),
                new byte[][] {v.bytes(), null, v.bytes()},
                v.list(v::date),
                v.list(v::time),
                v.list(v::timetz),
                v.list(v::timestamp),
                v.list(v::instant),
                v.list(v::duration),
                v.list(v::flag),
                v.list(() -> new Point(v.int4(), v.text())),
                v.list(() -> v.int4() & ~1));
    }

    @Property(tries = 15)
    void everyRoadWritesTheSame(@ForAll long seed) {
        postgres.execute("TRUNCATE by_binary, by_text, by_arrays");
        List<Everything> rows =
                IntStream.range(0, 25).mapToObj(n -> random(n, seed + n)).toList();

        Mono<Long> written = Mono.zip(
                        db.bulk("by_binary", Everything.class).insert(Flux.fromIterable(rows)),
                        db.bulk("by_text", Everything.class).insert(Flux.fromIterable(rows)))
                .then(db.bulk("by_arrays", Everything.class)
                        .insertReturning(Flux.fromIterable(rows), Integer.class, "n")
                        .count());

        assertThat(written.block(Duration.ofSeconds(20))).isEqualTo(25);
        assertThat(differences("by_binary", "by_text")).isNull();
        assertThat(differences("by_text", "by_arrays")).isNull();
        assertReadsAs(rows);
    }

    /** The names of columns that differ, by the text of each. */
    private static @Nullable String differences(String one, String other) {
        return postgres.queryString("SELECT string_agg(DISTINCT a.key || ': ' || coalesce(a.value, 'NULL') || ' | '"
                + " || coalesce(b.value, 'NULL'), '; ') FROM " + one + " x JOIN " + other + " y USING (n),"
                + " LATERAL jsonb_each_text(to_jsonb(x)) a JOIN LATERAL jsonb_each_text(to_jsonb(y)) b"
                + " ON a.key = b.key WHERE a.value IS DISTINCT FROM b.value AND a.key <> 'host'");
    }

    private record Read(
            int n,
            @Nullable Long large,
            @Nullable Float real,
            @Nullable Double precise,
            @Nullable String exact,
            @Nullable String text,
            @Nullable String loose,
            @Nullable UUID id,
            @Nullable LocalDate day,
            @Nullable LocalTime time,
            @Nullable OffsetTime zoned,
            @Nullable LocalDateTime stamp,
            @Nullable Instant instant,
            @Nullable Long elapsed,
            @Nullable Integer months,
            @Nullable Integer days) {

        static Read of(Everything row) {
            Instant instant = row.instant();
            return new Read(
                    row.n(),
                    row.large(),
                    row.real(),
                    row.precise(),
                    row.exact() == null ? null : row.exact().toPlainString(),
                    row.text(),
                    row.loose(),
                    row.id(),
                    row.day(),
                    row.time(),
                    row.zoned(),
                    row.stamp(),
                    Instant.MAX.equals(instant) || Instant.MIN.equals(instant) ? null : instant,
                    row.elapsed() == null ? null : row.elapsed().getSeconds(),
                    row.span() == null ? null : (int) row.span().toTotalMonths(),
                    row.span() == null ? null : row.span().getDays());
        }
    }

    private static void assertReadsAs(List<Everything> rows) {
        List<Read> read = db.sql("SELECT n, large, real, precise, exact::text, text, loose::text, id, day, time, zoned,"
                        + " stamp, CASE WHEN isfinite(instant) THEN instant END AS instant,"
                        + " floor(extract(epoch FROM elapsed))::int8 AS elapsed,"
                        + " (extract(year FROM span) * 12 + extract(month FROM span))::int4 AS months,"
                        + " extract(day FROM span)::int4 AS days FROM by_binary ORDER BY n")
                .as(Read.class)
                .flux()
                .collectList()
                .block(Duration.ofSeconds(10));
        assertThat(read).isEqualTo(rows.stream().map(Read::of).toList());
    }
}
