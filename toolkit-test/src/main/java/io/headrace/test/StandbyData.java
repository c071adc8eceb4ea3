package io.headrace.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * The data of a standby: a copy of those of a running server, as {@code pg_basebackup} would make it, which the embedded
 * binaries do not have.
 */
final class StandbyData {

    /** Belong to one server process, or are made anew by each start. */
    private static final Set<String> NOT_COPIED =
            Set.of("postmaster.pid", "postmaster.opts", "epg-lock", "pg_internal.init");

    /** The folders themselves are needed. The log of changes comes by the replication, from where the copy begins. */
    private static final Set<String> COPIED_EMPTY = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private StandbyData() {}

    /**
     * Copies while the server runs, and has it keep its changes from now on until the standby has got them.
     *
     * @param name what the standby is called on the server
     */
    static void copy(PostgresAddress server, Path from, Path to, String name) {
        try (Connection connection = PostgresStatements.connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_create_physical_replication_slot('" + name + "', true)");
            // fast: the checkpoint at once, not spread over minutes
            statement.execute("SELECT pg_backup_start('" + name + "', fast => true)");
            Files.walkFileTree(from, new Copy(from, to));
            try (ResultSet end =
                    statement.executeQuery("SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)")) {
                end.next();
                write(to.resolve("backup_label"), end.getString(1));
            }
            write(to.resolve("standby.signal"), "");
            write(
                    to.resolve("postgresql.auto.conf"),
                    """
                    primary_conninfo = 'host=%s port=%d user=%s application_name=%s'
                    primary_slot_name = '%s'
                    wal_retrieve_retry_interval = '200ms'
                    """
                            .formatted(server.host(), server.port(), server.user(), name, name));
        } catch (SQLException e) {
            throw PostgresStatements.failed(server, e);
        } catch (IOException e) {
            throw new TestServerException(
                    "the data of %s can't be copied for a standby: %s. Look for room in java.io.tmpdir."
                            .formatted(server, e.getMessage()),
                    e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static final class Copy extends SimpleFileVisitor<Path> {

        private final Path from;
        private final Path to;

        Copy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            // the server refuses data that others may look into
            Files.createDirectories(
                    to.resolve(from.relativize(folder)),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return COPIED_EMPTY.contains(from.relativize(folder).toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!NOT_COPIED.contains(file.getFileName().toString())) {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException gone) {
                    return visitFileFailed(file, gone);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        /** The server works on: what it removes meanwhile is not needed, or is removed again by its log of changes. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
            if (error instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw error;
        }
    }
}
