package io.headrace.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files for databases, in folders that go with the JVM. */
final class TestFiles {

    private static final String[] COMPANIONS = {"", "-wal", "-shm", "-journal"};

    private TestFiles() {}

    static Path newFolder() {
        try {
            Path folder = Files.createTempDirectory("sqlite-test");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** A file that is not there yet. */
    static Path newFile() {
        Path folder = newFolder();
        for (String companion : COMPANIONS) {
            folder.resolve("test.db" + companion).toFile().deleteOnExit();
        }
        return folder.resolve("test.db");
    }

    /** The file of a temporary database, which is made by the first connection. */
    static String pathOf(SqliteConnectionFactory connections) {
        return Mono.usingWhen(
                        connections.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT file FROM pragma_database_list")
                                        .execute())
                                .concatMap(result -> result.map(row -> row.get(0, String.class)))
                                .next(),
                        SqliteConnection::close)
                .block(Duration.ofSeconds(30));
    }
}
