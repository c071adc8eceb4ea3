package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** A process that is killed while it writes leaves a sound database with every commit that was confirmed. */
@Timeout(120)
class CrashTest {

    private static final int ENOUGH = 200;

    @RepeatedTest(2)
    void everyConfirmedCommitIsThereAfterAKill() throws Exception {
        Path file = TestFiles.newFile();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long confirmed = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                confirmed = Long.parseLong(line);
                if (confirmed == ENOUGH) {
                    // The process itself would close its streams before their last lines are read.
                    assertThat(process.toHandle().destroyForcibly()).isTrue();
                }
                line = lines.readLine();
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(confirmed).isGreaterThanOrEqualTo(ENOUGH);
        SqliteDatabase database = SqliteDatabase.open(file, c -> {});
        SqliteConnection connection = Sql.open(database);
        assertThat(connection.integrityCheck().collectList().block(Sql.LIMIT)).isEmpty();
        assertThat(Sql.number(connection, "SELECT count(DISTINCT n) FROM confirmed WHERE n <= ?", confirmed))
                .isEqualTo(confirmed);
        assertThat(Sql.number(connection, "SELECT count(*) FROM confirmed")).isLessThanOrEqualTo(2 * (confirmed + 1));
        assertThat(Sql.number(connection, "SELECT count(*) % 2 FROM confirmed")).isZero();
        Sql.close(connection);
        database.close().block(Sql.LIMIT);
    }
}
