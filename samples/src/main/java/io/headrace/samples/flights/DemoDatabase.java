package io.headrace.samples.flights;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The database that the program works on.
 *
 * @param option how it was named on the command line
 * @param product what it is called in messages
 * @param url null for an embedded PostgreSQL
 */
record DemoDatabase(String option, String product, @Nullable String url) {

    private static final String SQLITE = "sqlite:";

    /** @throws DemoException where both are named, or the second is of no known kind */
    static DemoDatabase of(@Nullable String postgresUrl, @Nullable String database) {
        if (database == null) {
            return new DemoDatabase("--postgres", "PostgreSQL", postgresUrl);
        }
        if (postgresUrl != null) {
            throw new DemoException("Name one database, with --postgres or with --database.");
        }
        if (!database.startsWith(SQLITE) || database.length() == SQLITE.length()) {
            throw new DemoException("Cannot use --database: it is named by a file, as in sqlite:flights.db.");
        }
        return new DemoDatabase("--database", "SQLite", urlOf(database.substring(SQLITE.length())));
    }

    /** Three slashes and a relative path, or four of which the last begins an absolute one. */
    private static String urlOf(String file) {
        try {
            return "r2dbc:sqlite:file:///" + Path.of(file).toString().replace('\\', '/');
        } catch (InvalidPathException error) {
            throw new DemoException("Cannot use --database: '" + file + "' is no name of a file.", error);
        }
    }

    boolean isNamed() {
        return url != null;
    }

    /** What happens to a database that is not the program's own. */
    String promise() {
        return product.equals("SQLite")
                ? "The tables headrace_demo_airports and headrace_demo_flights are made anew"
                : "Tables are made anew in the schema headrace_demo";
    }
}
