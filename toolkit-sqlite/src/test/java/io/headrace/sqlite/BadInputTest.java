package io.headrace.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong gives one clear error: what, where, and what to do. */
@Timeout(60)
class BadInputTest {

    private static void assertCannotOpen(SqliteConfig config, String... parts) {
        ThrowingCallable opening = () -> Sql.open(SqliteConnectionFactory.from(config));
        assertThatThrownBy(opening).isInstanceOf(R2dbcException.class).hasMessageContainingAll(parts);
        SqliteDatabase database = SqliteDatabase.open(config);
        assertThatThrownBy(() -> Sql.open(database))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContainingAll(parts);
        database.close().block(Sql.LIMIT);
    }

    private static SqliteConfig file(Path file) {
        return SqliteConfig.of(SqliteLocation.file(file));
    }

    @Test
    void aFileThatIsNoDatabaseIsSaidToBeNone() throws IOException {
        Path file = TestFiles.newFile();
        Files.writeString(file, "This is a text and no database, whatever its name says. ".repeat(20));
        assertCannotOpen(file(file), file.toString(), "file is not a database", "choose another path");
        assertThat(Files.readString(file)).startsWith("This is a text");
    }

    @Test
    void aMissingFolderIsNamed() {
        Path folder = TestFiles.newFolder().resolve("missing");
        assertCannotOpen(file(folder.resolve("app.db")), "the folder " + folder + " does not exist", "make it first");
        assertCannotOpen(file(TestFiles.newFolder()), "this is a folder");
    }

    @Test
    void aRelativePathThatWasMeantToBeAbsoluteIsRecognized() {
        Path file = TestFiles.newFile();
        Path relative = file.getRoot().relativize(file);
        assertCannotOpen(file(relative), "does not exist", "four slashes (file:////path)", file.toString());
    }

    @Test
    void aMissingFileIsNotMadeWhereThatIsForbidden() {
        Path file = TestFiles.newFile();
        assertCannotOpen(
                SqliteConfig.of(SqliteLocation.file(file), c -> c.openMode(SqliteConfig.OpenMode.EXISTING)),
                "does not exist and the open mode EXISTING does not make it");
        assertThat(file).doesNotExist();
    }

    @Test
    void aFileThatIsOpenedToBeReadIsNotWritten() {
        Path file = TestFiles.newFile();
        SqliteConnection writer = Sql.open(SqliteConnectionFactory.from(file));
        Sql.run(writer, "CREATE TABLE t AS SELECT 1 AS n");
        Sql.close(writer);
        SqliteConnection reader = Sql.open(SqliteConnectionFactory.from(
                SqliteConfig.of(SqliteLocation.file(file), c -> c.openMode(SqliteConfig.OpenMode.READ_ONLY))));
        assertThat(Sql.number(reader, "SELECT n FROM t")).isOne();
        assertThatThrownBy(() -> Sql.run(reader, "INSERT INTO t VALUES (2)"))
                .isInstanceOf(R2dbcPermissionDeniedException.class)
                .hasMessageContaining("readonly database");
        Sql.close(reader);
    }

    @Test
    void aFullDatabaseSaysSoAndStaysSound() {
        SqliteConnectionFactory small = SqliteConnectionFactory.temporary(c -> c.pragma("max_page_count", "20"));
        SqliteConnection connection = Sql.open(small);
        Sql.run(connection, "CREATE TABLE t (b BLOB)", "INSERT INTO t VALUES (1)");
        connection.beginTransaction().block(Sql.LIMIT);
        assertThatThrownBy(() -> Sql.run(connection, "INSERT INTO t VALUES (zeroblob(200000))"))
                .isInstanceOf(R2dbcNonTransientResourceException.class)
                .hasMessageContaining("full");
        connection.rollbackTransaction().block(Sql.LIMIT);
        assertThat(Sql.number(connection, "SELECT count(*) FROM t")).isOne();
        assertThat(connection.integrityCheck().collectList().block(Sql.LIMIT)).isEmpty();
        Sql.close(connection);
        small.close().block(Sql.LIMIT);
    }

    @Test
    void aDamagedDatabaseIsReported() throws IOException {
        Path file = TestFiles.newFile();
        SqliteConnection connection = Sql.open(SqliteConnectionFactory.from(file));
        Sql.run(
                connection,
                "CREATE TABLE t (n INTEGER PRIMARY KEY, t TEXT)",
                "CREATE INDEX i ON t (t)",
                "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) SELECT n, hex(randomblob(20)) FROM c");
        Sql.close(connection);
        byte[] bytes = Files.readAllBytes(file);
        for (int index = bytes.length / 2; index < bytes.length / 2 + 20_000; index++) {
            bytes[index] = 0x55;
        }
        Files.write(file, bytes);
        SqliteConnection damaged = Sql.open(SqliteConnectionFactory.from(file));
        assertThat(damaged.integrityCheck().collectList().block(Sql.LIMIT)).isNotEmpty();
        Sql.close(damaged);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r2dbc:sqlite://host/app.db | no host",
                "r2dbc:sqlite://user:secret@host/app.db | no host",
                "r2dbc:sqlite:nowhere:///app.db | no kind 'nowhere'",
                "r2dbc:sqlite:///app.db?cache=shared | shared cache",
                "r2dbc:sqlite:///app.db?journalMod=wal | no option 'journalMod'",
                "r2dbc:sqlite:///app.db?journalMode=fast | must be one of [WAL",
                "r2dbc:sqlite:///app.db?busyTimeout=5 | 'busyTimeout'",
                "r2dbc:sqlite:///app.db?readers=0 | readers must be between 1 and 64",
                "r2dbc:sqlite:///app.db?pragma.journal_mode=off | use journalMode",
                "r2dbc:sqlite:///app.db?pragma.x=1;DROP | must be lower case letters",
                "r2dbc:sqlite:mem:///a/b | name of a database in memory",
                "r2dbc:sqlite:mem:///a?mode=ro | is for files",
            })
    void aWrongUrlIsRefusedBeforeAnythingIsOpened(String url, String part) {
        assertThatThrownBy(() -> ConnectionFactories.get(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part)
                .hasMessageNotContaining("secret");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(
                        () -> SqliteConfig.of(SqliteLocation.temporary(), c -> c.busyTimeout(Duration.ofSeconds(-1))))
                .hasMessageContaining("busyTimeout must be between PT0S and PT24H, was PT-1S");
        assertThatThrownBy(() -> SqliteConnectionFactory.from("r2dbc:sqlite:///a.db"))
                .hasMessageContaining("takes the path of a file");
    }

    @Test
    void pathsWithOddCharactersAreTheirFiles() {
        Path file = TestFiles.newFolder().resolve("a b?c#d%20\u00e9.db");
        SqliteConnectionFactory connections = SqliteConnectionFactory.from(file);
        SqliteConnection connection = Sql.open(connections);
        Sql.run(connection, "CREATE TABLE t (n)");
        Sql.close(connection);
        assertThat(file).exists();
        assertThat(file.toFile().delete()).isTrue();
    }
}
