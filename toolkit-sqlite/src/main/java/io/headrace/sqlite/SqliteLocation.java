package io.headrace.sqlite;

import java.nio.file.Path;
import java.util.UUID;

/** Where a database is: in a file, in a file that goes when its factory is closed, or in memory. Immutable. */
public final class SqliteLocation {

    enum Kind {
        FILE,
        TEMPORARY,
        MEMORY
    }

    private final Kind kind;
    private final String name;

    private SqliteLocation(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /** The file with this path, made when it is opened unless the open mode forbids it; its folder must be there. */
    public static SqliteLocation file(Path path) {
        if (path.toString().isEmpty() || path.toString().indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path of a SQLite database must not be empty or hold a NUL");
        }
        return new SqliteLocation(Kind.FILE, path.toString());
    }

    /** A new file in the folder for temporary files, deleted when the factory is closed or the JVM ends. */
    public static SqliteLocation temporary() {
        return new SqliteLocation(Kind.TEMPORARY, "temporary");
    }

    /** A new database in memory that all connections of one factory share; gone when the factory is closed. */
    public static SqliteLocation memory() {
        return new SqliteLocation(Kind.MEMORY, "memory-" + UUID.randomUUID());
    }

    /**
     * The database in memory of this name, shared by all factories of the process that name it; gone when the last of them is
     * closed.
     */
    public static SqliteLocation memory(String name) {
        if (!name.matches("[A-Za-z0-9_.-]{1,100}")) {
            throw new IllegalArgumentException(
                    "the name of a database in memory must be 1 to 100 letters, digits and _.-, was '" + name + "'");
        }
        return new SqliteLocation(Kind.MEMORY, name);
    }

    Kind kind() {
        return kind;
    }

    /** The path or the name. */
    String name() {
        return name;
    }

    @Override
    public String toString() {
        return kind == Kind.MEMORY ? "memory '" + name + "'" : "'" + name + "'";
    }
}
