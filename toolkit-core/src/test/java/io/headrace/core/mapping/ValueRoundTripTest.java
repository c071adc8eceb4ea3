package io.headrace.core.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.test.PostgresServer;
import io.headrace.test.TestPostgres;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** What is bound is what is read back, for random values of every type, from text results and from binary ones. */
class ValueRoundTripTest {

    private static final int TRIES = 40;

    enum Mood {
        HAPPY,
        SAD
    }

    record Address(String street, int number) {}

    record Numbers(
            boolean flag,
            byte tiny,
            short small,
            int whole,
            long large,
            float real,
            double precise,
            BigDecimal exact,
            BigInteger huge,
            Year year,
            Optional<Integer> perhaps,
            @Nullable Long missing,
            int[] ints,
            long[] longs,
            double[] doubles,
            short[] shorts,
            float[] floats,
            boolean[] flags,
            List<Long> list,
            List<@Nullable Integer> gaps,
            List<BigDecimal> exacts) {}

    record Times(
            LocalDate day,
            LocalTime time,
            OffsetTime offsetTime,
            LocalDateTime stamp,
            OffsetDateTime zoned,
            ZonedDateTime zonedToo,
            Instant instant,
            Duration duration,
            Period period,
            YearMonth month,
            List<LocalDate> days,
            LocalDateTime[] stamps,
            List<Instant> instants,
            List<Duration> durations,
            Set<LocalTime> times) {}

    record Things(
            String text,
            char letter,
            UUID id,
            byte[] bytes,
            ByteBuffer buffer,
            Mood mood,
            Month month,
            Address address,
            Map<String, List<Integer>> document,
            List<Address> addresses,
            String[] texts,
            List<@Nullable String> gaps,
            Set<Mood> moods,
            Mood[] moodArray,
            UUID[] ids,
            byte[][] blobs) {}

    private static final Map<Class<?>, String> SQL_TYPES = Map.ofEntries(
            Map.entry(boolean.class, "bool"),
            Map.entry(byte.class, "int2"),
            Map.entry(short.class, "int2"),
            Map.entry(int.class, "int4"),
            Map.entry(Integer.class, "int4"),
            Map.entry(long.class, "int8"),
            Map.entry(Long.class, "int8"),
            Map.entry(float.class, "float4"),
            Map.entry(double.class, "float8"),
            Map.entry(BigDecimal.class, "numeric"),
            Map.entry(BigInteger.class, "numeric"),
            Map.entry(Year.class, "int4"),
            Map.entry(LocalDate.class, "date"),
            Map.entry(LocalTime.class, "time"),
            Map.entry(OffsetTime.class, "timetz"),
            Map.entry(LocalDateTime.class, "timestamp"),
            Map.entry(OffsetDateTime.class, "timestamptz"),
            Map.entry(ZonedDateTime.class, "timestamptz"),
            Map.entry(Instant.class, "timestamptz"),
            Map.entry(Duration.class, "interval"),
            Map.entry(Period.class, "interval"),
            Map.entry(YearMonth.class, "text"),
            Map.entry(String.class, "text"),
            Map.entry(char.class, "text"),
            Map.entry(UUID.class, "uuid"),
            Map.entry(byte[].class, "bytea"),
            Map.entry(ByteBuffer.class, "bytea"),
            Map.entry(Mood.class, "mood"),
            Map.entry(Month.class, "text"),
            Map.entry(Address.class, "jsonb"),
            Map.entry(Map.class, "json"));

    private static TestPostgres postgres;
    private static KeptConnection ofText;
    private static KeptConnection ofBinary;
    private static Database text;
    private static Database binary;

    @BeforeContainer
    static void createDatabase() {
        postgres = PostgresServer.shared().createDatabase("ValueRoundTripTest");
        postgres.execute("CREATE TYPE mood AS ENUM ('HAPPY', 'SAD')");
        ofText = KeptConnection.open(postgres.url() + "?forceBinary=false");
        ofBinary = KeptConnection.open(postgres.url() + "?forceBinary=true");
        text = Database.on(ofText);
        binary = Database.on(ofBinary);
    }

    @AfterContainer
    static void dropDatabase() {
        ofText.close();
        ofBinary.close();
        postgres.drop();
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void numbers(
            @ForAll int whole,
            @ForAll long large,
            @ForAll float real,
            @ForAll double precise,
            @ForAll BigInteger huge,
            @ForAll BigDecimal exact,
            @ForAll int[] ints,
            @ForAll long[] longs,
            @ForAll double[] doubles,
            @ForAll List<BigDecimal> exacts) {
        boolean flag = whole % 2 == 0;
        Numbers numbers = new Numbers(
                flag,
                (byte) whole,
                (short) whole,
                whole,
                large,
                real,
                precise,
                exact,
                huge,
                Year.of(whole % 5_000),
                flag ? Optional.empty() : Optional.of(whole),
                flag ? large : null,
                ints,
                longs,
                doubles,
                new short[] {(short) whole, 0},
                new float[] {real},
                new boolean[] {flag, true},
                Arrays.stream(longs).boxed().toList(),
                Arrays.asList(whole, null, 7),
                exacts);

        comesBack(numbers);
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void times(@ForAll long random, @ForAll int other) {
        LocalDate day = LocalDate.ofEpochDay(Math.floorMod(random, 8_000_000L) - 2_400_000L);
        LocalTime time = LocalTime.ofNanoOfDay(Math.floorMod(random >> 7, 86_400_000_000L) * 1_000);
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(other % 50_000);
        LocalDateTime stamp = day.atTime(time);
        OffsetDateTime zoned = stamp.atOffset(ZoneOffset.UTC);
        Duration duration = Duration.ofNanos(random / 1_000_000 * 1_000);
        Times times = new Times(
                day,
                time,
                time.atOffset(offset),
                stamp,
                zoned,
                zoned.toZonedDateTime(),
                zoned.toInstant(),
                duration,
                Period.of(other % 10_000, other % 12, (int) (random % 100_000)),
                YearMonth.of(2000 + other % 1_000, 1 + Math.floorMod(other, 12)),
                List.of(day, day.plusDays(1)),
                new LocalDateTime[] {stamp, stamp.plusSeconds(1)},
                List.of(zoned.toInstant()),
                List.of(duration, duration.negated()),
                Set.of(time));

        comesBack(times);
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void things(@ForAll String anyText, @ForAll long random, @ForAll byte[] bytes, @ForAll List<String> anyTexts) {
        String text = storable(anyText);
        List<String> texts = anyTexts.stream().map(ValueRoundTripTest::storable).toList();
        UUID id = new UUID(random, ~random);
        Mood mood = random % 2 == 0 ? Mood.HAPPY : Mood.SAD;
        Address address = new Address(text, (int) random);
        comesBack(new Things(
                text,
                (char) ('!' + Math.floorMod(random, 90)),
                id,
                bytes,
                ByteBuffer.wrap(bytes),
                mood,
                Month.of(1 + (int) Math.floorMod(random, 12L)),
                address,
                Map.of("numbers", List.of((int) random, 1), "none", List.of()),
                List.of(address, address),
                texts.toArray(String[]::new),
                Arrays.asList(text, null, "NULL", "null", "{\"a\\b\"}"),
                Set.of(mood),
                new Mood[] {mood, Mood.SAD},
                new UUID[] {id},
                new byte[][] {bytes, {}, {'\\'}}));
    }

    private static void comesBack(Record written) {
        RecordShape<?> shape = RecordShape.of(written.getClass());
        String sql = shape.components().stream()
                .map(component -> ":%s::%s AS %s".formatted(component.column(), sqlType(component), component.column()))
                .collect(Collectors.joining(", ", "SELECT ", ""));
        for (Database db : List.of(text, binary)) {
            Object read =
                    db.sql(sql).bindAll(written).as(written.getClass()).one().block(Duration.ofSeconds(10));
            assertThat(read).usingRecursiveComparison().isEqualTo(written);
        }
    }

    private static String sqlType(RecordShape.Component component) {
        if (component.name().equals("addresses")) {
            return "jsonb";
        }
        String scalar = SQL_TYPES.get(component.type());
        ValueType element = ValueType.of(component.genericType()).element();
        return scalar == null ? SQL_TYPES.get(element.raw()) + "[]" : scalar;
    }

    /** PostgreSQL has no character 0, and UTF-8 no halves of characters. */
    private static String storable(String any) {
        return any.codePoints()
                .filter(point -> point != 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
