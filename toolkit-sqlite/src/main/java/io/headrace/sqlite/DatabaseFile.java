package io.headrace.sqlite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A location as SQLite is told of it. A temporary file is made when it is first asked for. Blocks; for threads of lanes. */
final class DatabaseFile {

    private static final String[] COMPANIONS = {"", "-wal", "-shm", "-journal"};

    private final SqliteLocation location;
    private final boolean immutable;
    private @Nullable Path temporary;

    DatabaseFile(SqliteConfig config) {
        this.location = config.location();
        this.immutable = config.openMode() == SqliteConfig.OpenMode.IMMUTABLE;
    }

    boolean isOnDisk() {
        return location.kind() != SqliteLocation.Kind.MEMORY;
    }

    Path path() {
        return location.kind() == SqliteLocation.Kind.TEMPORARY ? temporaryPath() : Path.of(location.name());
    }

    /** The write-ahead log beside the file. */
    Path log() {
        Path path = path();
        return path.resolveSibling(path.getFileName() + "-wal");
    }

    String uri() {
        if (location.kind() == SqliteLocation.Kind.MEMORY) {
            return "file:/" + location.name() + "?vfs=memdb";
        }
        String path = path().toString().replace('\\', '/');
        String prefix = path.length() > 1 && path.charAt(1) == ':' ? "file:/" : "file:";
        return prefix + encode(path) + (immutable ? "?immutable=1" : "");
    }

    private static String encode(String path) {
        StringBuilder uri = new StringBuilder();
        for (byte unit : path.getBytes(StandardCharsets.UTF_8)) {
            if (unit == '%' || unit == '?' || unit == '#') {
                uri.append('%').append(Integer.toHexString(unit));
            } else {
                uri.append((char) (unit & 0xff));
            }
        }
        return new String(uri.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private synchronized Path temporaryPath() {
        Path made = temporary;
        if (made == null) {
            try {
                Path folder = Files.createTempDirectory("headrace-sqlite");
                folder.toFile().deleteOnExit();
                made = folder.resolve("temporary.db");
                for (String companion : COMPANIONS) {
                    folder.resolve("temporary.db" + companion).toFile().deleteOnExit();
                }
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
            temporary = made;
        }
        return made;
    }

    /** Deletes a temporary file and its folder; does nothing with others. */
    synchronized void deleteTemporary() {
        Path made = temporary;
        if (made == null) {
            return;
        }
        try {
            for (String companion : COMPANIONS) {
                Files.deleteIfExists(made.resolveSibling(made.getFileName() + companion));
            }
            Path folder = made.getParent();
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** For names of threads and connections. */
    String shortName() {
        Path name = Path.of(location.name()).getFileName();
        return name == null ? location.name() : name.toString();
    }

    @Override
    public String toString() {
        return location.kind() == SqliteLocation.Kind.TEMPORARY && temporary != null
                ? "'" + temporary + "'"
                : location.toString();
    }
}
