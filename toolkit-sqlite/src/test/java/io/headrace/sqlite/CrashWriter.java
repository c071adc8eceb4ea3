package io.headrace.sqlite;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Commits transactions of two rows without end, and says the number of each once it is confirmed. */
final class CrashWriter {

    private CrashWriter() {}

    public static void main(String[] arguments) throws IOException {
        SqliteDatabase database =
                SqliteDatabase.open(Path.of(arguments[0]), c -> c.synchronous(SqliteConfig.Synchronous.FULL));
        SqliteConnection connection = Sql.open(database);
        Sql.run(connection, "CREATE TABLE confirmed (n INTEGER)");
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            Flux.range(1, Integer.MAX_VALUE)
                    .concatMap(n -> commit(connection, n))
                    .doOnNext(n -> print(out, n))
                    .blockLast();
        }
    }

    private static Mono<Integer> commit(SqliteConnection connection, int n) {
        return connection
                .beginTransaction()
                .then(Sql.update(connection, "INSERT INTO confirmed VALUES (?)", n))
                .then(Sql.update(connection, "INSERT INTO confirmed VALUES (?)", n))
                .then(connection.commitTransaction())
                .thenReturn(n);
    }

    private static void print(FileOutputStream out, int n) {
        try {
            out.write((n + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }
}
