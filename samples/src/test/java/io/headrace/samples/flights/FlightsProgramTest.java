package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.headrace.test.PostgresTest;
import io.headrace.test.RedisTest;
import io.headrace.test.TestPostgres;
import io.headrace.test.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@PostgresTest
@RedisTest
class FlightsProgramTest {

    private static final LocalDateTime START = LocalDateTime.of(2001, 1, 1, 0, 0);
    private static final String DUPLICATE =
            "same departure, origin and destination as an earlier row (one_departure_per_route_and_minute)";
    private static final String NO_TEXT =
            "the value of component origin does not fit column 'headrace_demo.flights.origin' of type text.";

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>(List.of(FlightParser.HEADER));
    private final Map<Long, String> expectedSkips = new TreeMap<>();

    @Test
    void keepsTheGoodRowsAndNamesEveryOther(TestPostgres postgres, TestRedis redis) throws IOException {
        postgres.execute("CREATE TABLE flights (number int); INSERT INTO flights VALUES (1)");
        for (int minute = 0; minute < 700; minute++) {
            good(minute);
            if (minute % 100 == 50) {
                skipped(flight(minute - 3, "ATL", "LAX"), DUPLICATE);
                skipped(flight(minute, "XYZ", "LAX"), "unknown airport (origin_is_an_airport)");
                skipped(flight(minute, "ATL", "XYZ"), "unknown airport (destination_is_an_airport)");
                skipped("2001-01-01,,", "3 fields instead of 5");
                skipped("2001-01-01T00:00,\"1,2,ATL,LAX", "its quotes do not match");
                skipped(flight(minute, "A\u0000", "LAX"), NO_TEXT);
            }
        }

        CapturedRun run = run(postgres, redis);

        assertThat(run.errors()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .contains("700 kept, 42 skipped (28 refused by the database, 14 malformed)")
                .contains("2 airports, 2 jobs done by 4 consumers, 2 reports in Redis")
                .contains("10,000 on an empty cache by 2 queries, then 10,000 hits and 0 queries")
                .contains("0 in use");
        assertThat(postgres.queryLong("SELECT count(*) FROM headrace_demo.flights"))
                .isEqualTo(700);
        assertThat(skips()).isEqualTo(expectedSkips);
        assertThat(postgres.queryLong("SELECT count(*) FROM public.flights")).isEqualTo(1);
        postgres.execute("DROP TABLE public.flights");
    }

    @Test
    void canBeRunAgainOnTheSameServers(TestPostgres postgres, TestRedis redis) throws IOException {
        good(1);

        assertThat(run(postgres, redis).exitCode()).isZero();
        assertThat(run(postgres, redis).exitCode()).isZero();

        assertThat(postgres.queryLong("SELECT count(*) FROM headrace_demo.flights"))
                .isEqualTo(1);
    }

    @Test
    void aFileWithoutFlightsIsFine(TestPostgres postgres, TestRedis redis) throws IOException {
        CapturedRun run = run(postgres, redis);

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("0 kept, 0 skipped");
    }

    @Test
    void aTornFileLeavesNothingInTheTable(TestPostgres postgres, TestRedis redis) throws IOException {
        for (int minute = 0; minute < 20_000; minute++) {
            good(minute);
        }
        Path torn = folder.resolve("torn.csv.gz");
        byte[] whole = GzipText.of(String.join("\n", lines));
        Files.write(torn, Arrays.copyOf(whole, whole.length * 3 / 4));

        CapturedRun run = run(torn, postgres, redis);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors().lines()).hasSize(1);
        assertThat(run.errors()).contains("Cannot read");
        assertThat(postgres.queryLong("SELECT count(*) FROM headrace_demo.flights"))
                .isZero();
    }

    private CapturedRun run(TestPostgres postgres, TestRedis redis) throws IOException {
        return run(Files.write(folder.resolve("flights.csv"), lines), postgres, redis);
    }

    private CapturedRun run(Path file, TestPostgres postgres, TestRedis redis) {
        return CapturedRun.of(
                "--flights", file.toString(),
                "--report", report().toString(),
                "--postgres", postgres.url(),
                "--redis", redis.url());
    }

    private void good(int minute) {
        lines.add(flight(minute, "ATL", "LAX"));
    }

    private void skipped(String line, String reason) {
        lines.add(line);
        expectedSkips.put((long) lines.size(), reason + " | " + line);
    }

    private static String flight(int minute, String origin, String destination) {
        return START.plusMinutes(minute) + ",5,1946," + origin + "," + destination;
    }

    private Map<Long, String> skips() throws IOException {
        Map<Long, String> found = new TreeMap<>();
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(report())) {
            reader.forEach(record -> found.put(
                    Long.valueOf(record.getField("line")), record.getField("reason") + " | " + record.getField("row")));
        }
        return found;
    }

    private Path report() {
        return folder.resolve("skipped.csv");
    }
}
