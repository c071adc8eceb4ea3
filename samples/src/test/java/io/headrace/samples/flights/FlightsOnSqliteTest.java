package io.headrace.samples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.Database;
import io.headrace.sqlite.SqliteDatabase;
import io.headrace.test.RedisTest;
import io.headrace.test.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same program on a file. */
@RedisTest
class FlightsOnSqliteTest {

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>(List.of(FlightParser.HEADER));

    private CapturedRun run(TestRedis redis, String database) throws IOException {
        return CapturedRun.of(
                "--flights",
                Files.write(folder.resolve("flights.csv"), lines).toString(),
                "--report",
                folder.resolve("skipped.csv").toString(),
                "--database",
                database,
                "--redis",
                redis.url());
    }

    private long query(Path file, String sql) {
        SqliteDatabase sqlite = SqliteDatabase.open(file, c -> {});
        Long found = Database.on(sqlite).sql(sql).as(Long.class).one().block();
        sqlite.close().block();
        return found;
    }

    private static String flight(int minute, String origin) {
        return LocalDateTime.of(2001, 1, 1, 0, 0).plusMinutes(minute) + ",5,1946," + origin + ",LAX";
    }

    @Test
    void keepsTheGoodRowsNamesEveryOtherAndCanBeRunAgain(TestRedis redis) throws IOException {
        for (int minute = 0; minute < 700; minute++) {
            lines.add(flight(minute, "ATL"));
            if (minute % 100 == 50) {
                lines.add(flight(minute - 3, "ATL"));
                lines.add(flight(minute, "XYZ"));
                lines.add("2001-01-01,,");
            }
        }
        Path file = folder.resolve("flights.db");
        SqliteDatabase before = SqliteDatabase.open(file, c -> {});
        Database.on(before)
                .sql("CREATE TABLE flights AS SELECT 1 AS mine")
                .run()
                .block();
        before.close().block();

        for (int time = 0; time < 2; time++) {
            CapturedRun run = run(redis, "sqlite:" + file);

            assertThat(run.errors()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.output())
                    .contains("headrace_demo_flights are made anew; nothing else is touched")
                    .contains("700 kept, 21 skipped (14 refused by the database, 7 malformed)")
                    .contains("2 airports, 2 jobs done by 4 consumers, 2 reports in Redis")
                    .contains("10,000 on an empty cache by 2 queries, then 10,000 hits and 0 queries")
                    .contains("0 in use");
        }

        assertThat(query(file, "SELECT count(*) FROM headrace_demo_flights")).isEqualTo(700);
        assertThat(query(file, "SELECT mine FROM flights")).isOne();
        assertThat(Files.readAllLines(folder.resolve("skipped.csv")))
                .hasSize(22)
                .anyMatch(line -> line.contains("same departure, origin and destination as an earlier row"))
                .anyMatch(line -> line.contains("unknown airport"));
        assertThat(folder.resolve("flights.db-wal")).doesNotExist();
    }

    @Test
    void whatCannotBeOpenedIsOneSentence(TestRedis redis) throws IOException {
        CapturedRun run = run(redis, "sqlite:" + folder.resolve("no/flights.db"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors().lines()).hasSize(1);
        assertThat(run.errors()).contains("Cannot reach SQLite", "does not exist");
    }

    @Test
    void aDatabaseOfAnotherKindOrTwoOfThemAreOneSentence(TestRedis redis) throws IOException {
        assertThat(run(redis, "mysql:flights").errors()).contains("Cannot use --database", "sqlite:flights.db");
        assertThat(CapturedRun.of("--database", "sqlite:a.db", "--postgres", "r2dbc:postgresql://x/y")
                        .errors())
                .contains("Name one database");
    }
}
