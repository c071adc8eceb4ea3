package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a lane is opened.
 *
 * @param schemaChanges counts statements that changed the schema, for all lanes on this database
 * @param reader whether it is never to write
 */
record LaneOpening(String name, DatabaseFile file, SqliteConfig config, AtomicInteger schemaChanges, boolean reader) {

    private static final Logger logger = LoggerFactory.getLogger(LaneOpening.class);

    String threadName() {
        return "sqlite-" + name;
    }

    NativeConnection connect() {
        return NativeConnection.open(file.uri(), config.openMode());
    }

    void prepare(NativeConnection connection) {
        connection.readEncoding();
        if (config.isWritable() && !reader && file.isOnDisk()) {
            setJournalMode(connection);
        }
        for (String pragma : Pragmas.of(config, reader)) {
            connection.execute("PRAGMA " + pragma);
        }
    }

    private void setJournalMode(NativeConnection connection) {
        String wanted = config.journalMode().name();
        String answer = connection.queryText("PRAGMA journal_mode=" + wanted);
        if (!wanted.equalsIgnoreCase(answer)) {
            logger.warn(
                    "SQLite keeps the journal mode '{}' of the database {} instead of '{}': readers and the writer will wait for"
                            + " each other. A write-ahead log needs a local disk that is writable.",
                    answer,
                    file,
                    wanted.toLowerCase(Locale.ROOT));
        }
    }

    /** Lets SQLite renew its statistics where it finds that worth it; it does not wait for locks for that. */
    void beforeClose(NativeConnection connection) {
        if (config.isWritable() && !reader && file.isOnDisk()) {
            try {
                connection.onBusy(tries -> false);
                connection.execute("PRAGMA optimize");
            } catch (NativeException unimportant) {
                logger.debug("PRAGMA optimize of the database {} failed.", file, unimportant);
            }
        }
    }

    /** With what is wrong with the file, as far as that can be seen. */
    RuntimeException explain(RuntimeException error) {
        if (!(error instanceof NativeException nativeError)) {
            return error;
        }
        String advice =
                switch (nativeError.primaryCode()) {
                    case NativeException.CANTOPEN -> cannotOpen();
                    case NativeException.NOTADB ->
                        "the file is no SQLite database, or it is encrypted; choose another path";
                    case NativeException.CORRUPT ->
                        "the file is damaged; restore a backup, or save what .recover of the"
                                + " sqlite3 program can read";
                    case NativeException.READONLY, NativeException.PERM ->
                        "the file or its folder is read-only; open it with"
                                + " mode=ro, or mode=immutable where nobody writes it";
                    case NativeException.BUSY -> "another process holds a lock on it; wait for it or raise busyTimeout";
                    default -> "";
                };
        return new R2dbcNonTransientResourceException(
                "cannot open the SQLite database %s: %s (SQLite %d)%s"
                        .formatted(
                                file,
                                nativeError.getMessage(),
                                nativeError.code(),
                                advice.isEmpty() ? "" : ": " + advice),
                SqliteErrors.RESOURCE,
                nativeError.code(),
                nativeError);
    }

    private String cannotOpen() {
        Path path = file.path();
        Path folder = path.toAbsolutePath().getParent();
        if (Files.isDirectory(path)) {
            return "this is a folder; name a file in it";
        }
        if (folder != null && !Files.isDirectory(folder)) {
            Path absolute = Path.of("/").resolve(path).getParent();
            String slash = !path.isAbsolute() && absolute != null && Files.isDirectory(absolute)
                    ? ", or write four slashes (file:////path) if the absolute path /" + path + " is meant"
                    : "";
            return "the folder " + folder + " does not exist; make it first" + slash;
        }
        if (!Files.exists(path) && config.openMode() != SqliteConfig.OpenMode.CREATE) {
            return "the file does not exist and the open mode " + config.openMode() + " does not make it";
        }
        return "check that this process may read and write the file and its folder";
    }
}
